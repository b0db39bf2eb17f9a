import type { PendingInvalidation } from './journal.js';
import type { EntryOptions, ReadOptions, Touch } from './options.js';

/** `confirmed`: no strict or confirmed read anywhere serves the old value any more. `pending`: replayed when Redis answers. */
export type InvalidationOutcome = 'confirmed' | 'pending';

/** What a value may be: anything the codec keeps, except `undefined`. */
export type Cacheable = string | number | boolean | bigint | object | null;

/** What `write` gives back. */
export interface WriteResult<T> {
  readonly value: T;
  readonly outcome: InvalidationOutcome;
}

/** Counters of one namespace since the process started. Latencies are of reads, in milliseconds. */
export interface NamespaceStats {
  readonly namespace: string;
  readonly localHits: number;
  readonly sharedHits: number;
  readonly staleHits: number;
  readonly misses: number;
  readonly coalesced: number;
  readonly leaseWaits: number;
  readonly errors: number;
  readonly invalidations: number;
  readonly readP50Ms: number | null;
  readonly readP99Ms: number | null;
}

export type CacheMode = 'in-process' | 'redis';

export interface CacheStats {
  readonly mode: CacheMode;
  readonly breaker: 'closed' | 'open' | 'half-open';
  readonly localEntries: number;
  readonly localBytes: number;
  readonly pendingInvalidations: number;
  readonly namespaces: readonly NamespaceStats[];
}

/** Why an entry is served, or is not. */
export interface CacheExplanation {
  readonly key: string;
  readonly served: boolean;
  readonly tier: 'local' | 'shared' | 'none';
  readonly reason: string;
  readonly storedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly source: string | null;
  readonly schemaVersion: string | null;
  /** Dependencies that changed since the entry was loaded, as `key …`, `tag …`, `prefix …`, `everything`. */
  readonly changedDependencies: readonly string[];
}

/** Keys that a scan found. */
export interface CacheScan {
  readonly keys: readonly string[];
  /** Whether everything was looked at: false when there may be more that match. */
  readonly complete: boolean;
}

export interface CacheHealth {
  readonly ok: boolean;
  readonly mode: CacheMode;
  readonly latencyMs: number | null;
  readonly pendingInvalidations: number;
}

/**
 * A cache that stays right. Its promises stand in the package's README.
 *
 * Reads never throw because of the cache; a `TypeError` for a bad key, tag or pattern is a mistake
 * in the program. Values are copies: what a caller does to one is invisible to everyone else.
 */
export interface Cache {
  /** The value, or `undefined` when nothing valid is stored. `null` is a value. */
  get<T extends Cacheable>(key: string, options?: ReadOptions): Promise<T | undefined>;
  /**
   * The value at once, when the in-process tier may serve it without asking anybody, under the same rules as
   * `get`; `undefined` says only that somebody has to be asked. Spares a hot path its promises.
   */
  current(key: string, options?: ReadOptions): Cacheable | undefined;
  /** The values found, by key. One round trip. */
  getMany<T extends Cacheable>(keys: readonly string[], options?: ReadOptions): Promise<Map<string, T>>;
  /** Whether a `get` would find something. */
  exists(key: string, options?: ReadOptions): Promise<boolean>;
  /**
   * Stores a value that the caller knows to be current. Invalidations issued later undo it.
   * Resolves to whether it was stored; prefer `getOrSet`, which also covers invalidations
   * that happen while the value is loaded.
   */
  set(key: string, value: Cacheable, options?: EntryOptions): Promise<boolean>;
  /**
   * The cached value, else what `loader` gives. The loader reads the primary database, outside any
   * transaction; its errors reach the caller (and all callers that waited for it) as they are.
   * @throws whatever the loader throws when no aged value may be served instead
   */
  getOrSet<T extends Cacheable>(key: string, loader: () => Promise<T>, options?: EntryOptions): Promise<T>;
  /**
   * The same for many keys. `loader` gets the keys that are missing, together, and answers with a
   * map; a key it leaves out counts as `null`.
   */
  getOrSetMany<T extends Cacheable>(
    keys: readonly string[],
    loader: (missing: readonly string[]) => Promise<ReadonlyMap<string, T>>,
    options?: EntryOptions | ((key: string) => EntryOptions),
  ): Promise<Map<string, T | null>>;
  /** Invalidates one key and frees what it held. */
  delete(key: string): Promise<InvalidationOutcome>;
  invalidateKeys(keys: readonly string[]): Promise<InvalidationOutcome>;
  invalidateTags(tags: readonly string[]): Promise<InvalidationOutcome>;
  /**
   * Invalidates every key under a prefix at constant cost.
   * @throws TypeError for any pattern but a prefix of 1 to 6 segments with a trailing `:*`
   */
  invalidatePattern(pattern: string): Promise<InvalidationOutcome>;
  /** All of it at once: keys, tags and patterns. Ids are settled in the journal when confirmed. */
  invalidate(touch: Touch, journalIds?: readonly string[]): Promise<InvalidationOutcome>;
  /** Invalidates everything under the cache's prefix. */
  clear(): Promise<InvalidationOutcome>;
  /**
   * Invalidates everything and deletes it, with the names under which it stood: from both tiers, of all processes that
   * hear of it, so that nothing is left of somebody who is erased. Whatever else is in Redis under the prefix, such as
   * counters, goes when one of the texts is part of its name. Costs as much as Redis holds. Resolves to false when
   * Redis could not be asked; then it is to be tried again.
   */
  purge(texts: readonly string[]): Promise<boolean>;
  /**
   * The keys under which something is stored and that a pattern matches, in which `*` stands for any text: in Redis,
   * in-process of this process. At most `limit` of them. For operators: costs as much as Redis holds. Resolves to null
   * when Redis could not be asked.
   * @throws TypeError for a pattern that no key could match
   */
  scan(pattern: string, limit: number): Promise<CacheScan | null>;
  /**
   * Runs a change crash-safely: marks what it touches, runs `change`, invalidates. A writer killed
   * at any point leaves entries uncached for seconds, never stale. `change` should store
   * `pending` in its own transaction (see `InvalidationJournal`). When `change` throws, what it
   * touches is invalidated all the same, and the error is passed on.
   */
  write<T>(touch: Touch, change: (pending: PendingInvalidation) => Promise<T>): Promise<WriteResult<T>>;
  /** Confirms what stands in the journal; for the sweeper of any process. Resolves to how many were confirmed. */
  replay(): Promise<number>;
  /**
   * Stops serving from the in-process tier, for several processes that share a database but no
   * Redis; `null` ends it. The reason is logged and shown by `explain`.
   */
  bypassLocal(reason: string | null): void;
  stats(): CacheStats;
  explain(key: string, options?: ReadOptions): Promise<CacheExplanation>;
  health(): Promise<CacheHealth>;
  /** Resolves when the shared tier is trusted (at once in-process), or after `timeoutMs` with false. */
  ready(timeoutMs?: number): Promise<boolean>;
  /** Ends connections and timers. The cache must not be used afterwards. */
  close(): Promise<void>;
}
