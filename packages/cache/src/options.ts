import type { InvalidationJournal } from './journal.js';

/** How to reach Redis. */
export interface RedisSettings {
  /**
   * `redis://`, `rediss://`, `redis-sentinel://host:port,host:port/name` or
   * `redis-cluster://host:port,host:port`; user, password and database as usual in the URL.
   */
  readonly url: string;
  /** A PEM file with the authority that signed the server's certificate; for `rediss://`. */
  readonly caFile?: string | undefined;
}

/** Time as the cache sees it; tests give their own. */
export interface Clock {
  /** Milliseconds that only ever grow: ages and lifetimes are measured with it. */
  monotonic(): number;
  /** Milliseconds since 1970: only shown to people, never compared. */
  wall(): number;
}

/** Where the few lines go that an operator should see; a pino logger fits. */
export interface CacheLogger {
  info(message: string): void;
  warn(message: string): void;
}

/** What `createCache` takes. */
export interface CacheOptions {
  /** Without it the cache is in-process, with the same promises inside that process. */
  readonly redis?: RedisSettings | undefined;
  /** Put before every Redis key and channel. Default `slimy:`. */
  readonly prefix?: string | undefined;
  /** How long an entry counts as fresh. Default 300. */
  readonly ttlSeconds?: number | undefined;
  /** How long after that it may still be served while it is loaded anew. Default 600. */
  readonly staleSeconds?: number | undefined;
  /** Attempts for an invalidation in the background before it waits for Redis. Default 3. */
  readonly retryAttempts?: number | undefined;
  /** Pause between those attempts. Default 1000. */
  readonly retryDelayMs?: number | undefined;
  /** Bounds of the in-process tier. Default 10,000 entries and 64 MB. */
  readonly local?: { readonly entries?: number; readonly megabytes?: number } | undefined;
  /** Where pending invalidations survive this process. Without it they live in its memory. */
  readonly journal?: InvalidationJournal | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: CacheLogger | undefined;
  /** Times that tests and unusual networks may change. */
  readonly limits?: Partial<CacheLimits> | undefined;
}

/** Deadlines and bounds, in milliseconds where not said otherwise. */
export interface CacheLimits {
  /** The in-process tier serves nothing that was confirmed longer ago than this. */
  readonly localAgeMs: number;
  /** The loader starts when Redis has not answered by then. */
  readonly hedgeMs: number;
  /** A command not answered by then counts as failed. */
  readonly commandMs: number;
  /** A value that could not be stored by then is not: nobody but `set` waits for it. */
  readonly storeMs: number;
  /** `invalidate*` answers `confirmed` or `pending` by then. */
  readonly invalidateMs: number;
  /** Failed commands in a row that open the breaker (a count). */
  readonly breakerFailures: number;
  /** Pause between probes of a Redis that is away. */
  readonly probeMs: number;
  /** How long a load lease outlives its holder. */
  readonly leaseMs: number;
  /** How long a reader waits for another process to load. */
  readonly leaseWaitMs: number;
  /** How long the mark of a writer outlives it: entries stay uncached so long after a kill. */
  readonly writeMarkMs: number;
  /** How long dependency epochs are kept without use. */
  readonly epochMs: number;
  /** The first pause after a failed load of a key; doubled up to 5 s. */
  readonly loadBackoffMs: number;
  /** Payloads from this size on are compressed (bytes). */
  readonly compressBytes: number;
}

export const defaultLimits: CacheLimits = {
  localAgeMs: 5_000,
  hedgeMs: 30,
  commandMs: 100,
  storeMs: 1_000,
  invalidateMs: 90,
  breakerFailures: 3,
  probeMs: 100,
  leaseMs: 2_000,
  leaseWaitMs: 5_000,
  writeMarkMs: 5_000,
  epochMs: 24 * 3_600_000,
  loadBackoffMs: 100,
  compressBytes: 16_384,
};

/**
 * How right a read has to be.
 * - `default`: bounded staleness across processes; nothing is asked of Redis for what this process holds.
 * - `confirmed`: Redis says at each read that nothing it depends on was invalidated. Past its TTL it is served
 *   inside the stale window, while it is loaded anew and when that load fails.
 * - `strict`: the same, and never past its TTL. For authority: sessions, roles.
 */
export type Consistency = 'default' | 'confirmed' | 'strict';

/** How an answer came about; see `ReadOptions.onServed`. */
export interface Served {
  readonly tier: 'local' | 'shared' | 'loader';
  /** Past its TTL, inside the stale window. */
  readonly stale: boolean;
  /** Since the value was loaded. */
  readonly ageMs: number;
}

/** What a read may say. */
export interface ReadOptions {
  /** Tags the entry depends on. With its key and prefixes at most 16 dependencies. */
  readonly tags?: readonly string[] | undefined;
  readonly consistency?: Consistency | undefined;
  /** Names the shape of the value; an entry of another shape is a miss. */
  readonly schemaVersion?: string | undefined;
  /** Told how the answer came about. */
  readonly onServed?: ((served: Served) => void) | undefined;
}

/** What a write of a value may say. */
export interface EntryOptions extends ReadOptions {
  /** Seconds the entry is fresh; at most a year. */
  readonly ttl?: number | undefined;
  /** Seconds after that in which it may be served while it is loaded anew; 0 for never. */
  readonly stale?: number | undefined;
  /** Seconds a `null` ("not found") is fresh; it is never served stale. Default: the smaller of `ttl` and 60. */
  readonly negativeTtl?: number | undefined;
  /** Kept with the entry and shown by `explain`: where the value came from. */
  readonly source?: string | undefined;
}

/** What a change touches. */
export interface Touch {
  readonly keys?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  /** A prefix that ends at a `:` with a trailing `*`: `guild:123:*`. */
  readonly patterns?: readonly string[] | undefined;
}
