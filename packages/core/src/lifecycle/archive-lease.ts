import type { Database } from '@slimy/db';
import { holdingLease, type HeldLease } from './lease.js';

const LEASE = 'archives.rows';

/**
 * Brings rows of archives back while nobody is erased: what was read out of a file before would come back after its
 * person had been taken out of everything. Whoever comes meanwhile waits; each transaction that brings rows back
 * confirms the lease, so that one that was held up for too long brings nothing back any more.
 */
export function inNoErasure<Result>(
  database: Database,
  work: (lease: HeldLease) => Promise<Result>,
): Promise<Result> {
  return holdingLease(database, LEASE, work);
}

/** Erases somebody while no archive is brought back; false when the signal ended the wait for that. */
export async function inNoRestore(
  database: Database,
  work: () => Promise<boolean>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let begun = false;
  const noted = (): Promise<boolean> => {
    begun = true;
    return work();
  };
  try {
    return await holdingLease(database, LEASE, noted, signal);
  } catch (error) {
    if (signal?.aborted === true && !begun) return false;
    throw error;
  }
}
