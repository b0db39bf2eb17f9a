import type { PendingInvalidation } from '../../src/index.ts';

/** What a process asks of the test, which plays the database and keeps the score. */
export type Request =
  | { readonly ask: 'read'; readonly key: string }
  | { readonly ask: 'commit'; readonly keys: readonly string[]; readonly pending: PendingInvalidation }
  | { readonly ask: 'journal-append'; readonly pending: PendingInvalidation }
  | { readonly ask: 'journal-settle'; readonly ids: readonly string[] }
  | { readonly ask: 'journal-pending'; readonly limit: number }
  /** The versions that every strict reader must see from now on. */
  | { readonly ask: 'confirmed'; readonly keys: readonly string[]; readonly versions: readonly number[] }
  /** The version that a reader who begins now must at least see, and since when. */
  | { readonly ask: 'floor'; readonly key: string }
  | { readonly ask: 'score'; readonly score: Score };

/** What a process has seen since it last said so. */
export interface Score {
  readonly strictReads: number;
  readonly staleStrictReads: number;
  readonly defaultReads: number;
  /** Default reads of something older than the last confirmed invalidation, and by how long at most. */
  readonly lateDefaultReads: number;
  readonly latestDefaultMs: number;
  readonly writes: number;
  readonly pendingWrites: number;
  readonly errors: readonly string[];
}

export interface Floor {
  readonly version: number;
  /** Milliseconds since it holds. */
  readonly sinceMs: number;
}

/** What the test says to a process. */
export type Message =
  | { readonly say: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly say: 'calm' }
  | { readonly say: 'check-all' };
