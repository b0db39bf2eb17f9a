import type { Cache } from '@slimy/cache';
import { AppError } from '../errors.js';
import type { WritePath } from '../write/write-path.js';
import type { TaskRun } from './task.js';

/** Keys of one scan: what somebody looks at, or lets go in one go. */
const MOST_KEYS = 10_000;
const AT_ONCE = 100;

interface ScanParts {
  readonly cache: Cache;
  readonly writes: WritePath;
}

/** What a scan found and did. */
export interface ScanResult {
  readonly keys: readonly string[];
  /** False when there may be more that match. */
  readonly complete: boolean;
  /** Whether the keys were invalidated, and whether every process has heard of it; null where that was not asked. */
  readonly outcome: 'confirmed' | 'pending' | null;
}

/**
 * Looks for entries of the cache by a pattern that no invalidation takes, and drops what it finds when asked to.
 * @throws AppError `storage_unavailable` when Redis does not answer, `invalid_input` for a pattern that names nothing
 */
export async function scanCache(
  { cache, writes }: ScanParts,
  { pattern, invalidate }: { readonly pattern: string; readonly invalidate: boolean },
  { caller, progress }: Pick<TaskRun, 'caller' | 'progress'>,
): Promise<ScanResult> {
  const scan = await cache.scan(pattern, MOST_KEYS);
  if (scan === null) {
    throw new AppError('storage_unavailable', 'Redis does not answer, so nobody knows what it holds.', {
      remedy: 'Run "slimy doctor"; nothing is served from Redis meanwhile.',
    });
  }
  const { keys, complete } = scan;
  if (!invalidate) return { keys, complete, outcome: null };
  let outcome: 'confirmed' | 'pending' = 'confirmed';
  for (let done = 0; done < keys.length; done += AT_ONCE) {
    progress({ step: 'entries', done, total: keys.length });
    // One by one, so that each frees what it held and the next scan does not find it.
    const outcomes = await Promise.all(keys.slice(done, done + AT_ONCE).map((key) => cache.delete(key)));
    if (outcomes.includes('pending')) outcome = 'pending';
  }
  await writes.change(caller, [], async (change) => {
    const details = { pattern, keys: keys.length };
    change.audit({ action: 'cache.invalidate', resourceType: 'cache', resourceId: null, details });
  });
  return { keys, complete, outcome };
}
