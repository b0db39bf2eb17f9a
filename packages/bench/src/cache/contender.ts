/** What a benchmark asks of a cache, ours or another. */
export interface Contender {
  getOrSet(key: string, load: () => Promise<unknown>, options?: ContenderOptions): Promise<unknown>;
  set(key: string, value: object, options?: ContenderOptions): Promise<unknown>;
  invalidateKey(key: string): Promise<unknown>;
  /** Absent where the library has no tags. */
  invalidateTag?(tag: string): Promise<unknown>;
  /** Everything below `prefix:`. Absent where the library cannot. */
  invalidatePrefix?(prefix: string): Promise<unknown>;
  close(): Promise<unknown>;
}

export interface ContenderOptions {
  readonly tags?: readonly string[];
  readonly ttlMs?: number;
}

/** Where a contender keeps things. */
export interface Layout {
  /** Its shared tier; without it the contender is in-process only. */
  readonly redisUrl?: string;
  /** Whether it has its in-process tier; `cold` gives it room for one entry, so that it never hits. */
  readonly local: boolean | 'cold';
}

export type OpenContender = (layout: Layout) => Promise<Contender>;

export const defaultTtlMs = 300_000;
