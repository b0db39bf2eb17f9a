/** What counting against a limit found; `packages/cache` makes such counters. */
export interface WindowHit {
  readonly allowed: boolean;
  /** What is left of the limit in this window. */
  readonly remaining: number;
  /** Milliseconds until the window ends; 0 for what was allowed. */
  readonly retryAfterMs: number;
}

/** Counts within windows of a fixed length that begin with the first count. */
export interface WindowCounter {
  /**
   * Counts `weight` against `limit`, for all processes together; what is refused is not counted. With the
   * shared store away it counts in this process, against `limitAlone` when that is given.
   */
  hit(key: string, weight: number, limit: number, windowMs: number, limitAlone?: number): Promise<WindowHit>;
}
