/**
 * An invalidation that must reach Redis before anyone may trust the shared tier again.
 * Plain data, so that it fits a JSON column.
 */
export interface PendingInvalidation {
  /** Unique, given by the cache. */
  readonly id: string;
  readonly keys: readonly string[];
  readonly tags: readonly string[];
  readonly patterns: readonly string[];
}

/**
 * Where pending invalidations survive the process that issued them. The owner of the database
 * implements it (on the outbox table); the cache calls it, and never from inside a transaction.
 *
 * The three paths of one invalidation:
 * 1. `cache.write(touch, fn)` hands `fn` a `PendingInvalidation`. `fn` stores it in the transaction
 *    that carries the change, so that change and invalidation commit together.
 * 2. After a confirmed invalidation the cache calls `settle` with its id.
 * 3. Whatever was not settled (Redis away, writer killed) is found through `pending`: by a process
 *    that regains Redis, before it trusts the shared tier, and by `cache.replay()`, which the owner
 *    calls from its sweeper in any process. Replaying twice does no harm.
 */
export interface InvalidationJournal {
  /**
   * Stores an invalidation that could not be confirmed. An id that is there already, because the
   * transaction of its change stored it, is left as it is.
   */
  append(invalidation: PendingInvalidation): Promise<void>;
  /** Marks invalidations as done. Ids that are not known are ignored. */
  settle(ids: readonly string[]): Promise<void>;
  /** The oldest invalidations not settled yet, at most `limit` of them. */
  pending(limit: number): Promise<readonly PendingInvalidation[]>;
}
