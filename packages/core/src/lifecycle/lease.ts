import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { randomId, repositories, type Database, type Transaction } from '@slimy/db';
import { isErrno } from '../errno.js';
import { AppError } from '../errors.js';

/** How long a lease holds without a sign of life, how often one is given, and how often others look, in milliseconds. */
const LEASE_MS = 60_000;
const HEARTBEAT_MS = 15_000;
const LOOK_MS = 250;

/** A lease that was taken. */
export interface HeldLease {
  /**
   * Makes sure, within a transaction and until its end, that the lease was not lost meanwhile.
   * @throws AppError `changed_meanwhile` when it was: this process was held up for too long
   */
  confirm(transaction: Transaction): Promise<void>;
}

/** Whether the process that holds a lease is known to be gone: it ran on this machine, and does not any more. */
function isGone(holder: string): boolean {
  const [host, pid] = holder.split('/');
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return isErrno(error, 'ESRCH');
  }
}

/**
 * Does work that nobody else may do at the same moment, in this process or another one: whoever comes meanwhile waits.
 * A holder that was killed, or gives no sign of life for a minute, holds nothing any more.
 * @throws what the work throws, and the signal's reason when it is aborted while waiting
 */
export async function holdingLease<Result>(
  database: Database,
  name: string,
  work: (lease: HeldLease) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const { facts } = repositories(database);
  const holder = `${hostname()}/${process.pid}/${randomId()}`;
  const fact = `lease.${name}`;
  for (;;) {
    signal?.throwIfAborted();
    const now = new Date();
    if (await facts.claim(fact, holder, now, new Date(now.getTime() - LEASE_MS))) break;
    const other = await facts.get(fact);
    if (other !== null && isGone(other)) await facts.release(fact, other);
    else await pause(LOOK_MS);
  }
  const heartbeat = setInterval(() => {
    // One that is not written is written the next time; a lease that was lost meanwhile stays another's.
    facts.keep(fact, holder, new Date()).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  const confirm = async (transaction: Transaction) => {
    if (await repositories(transaction).facts.keep(fact, holder, new Date())) return;
    throw new AppError('changed_meanwhile', 'This was held up for over a minute, and something else began.', {
      remedy: 'Try again: what is done already stays.',
    });
  };
  try {
    return await work({ confirm });
  } finally {
    clearInterval(heartbeat);
    // A lease that cannot be given back ends by itself; what the work gave or threw counts.
    await facts.release(fact, holder).catch(() => undefined);
  }
}
