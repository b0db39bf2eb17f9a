import type { Columns, RowOf, SqlValue } from './values.js';

export type Engine = 'mysql' | 'sqlite';

/**
 * The least that a writer needs of a transaction: both the client's transactions and those of direct SQL give
 * it. Parameters are always bound to `?`; nothing is ever pasted into the text.
 */
export interface SqlExecutor {
  readonly engine: Engine;
  /** Runs a statement that changes rows; gives how many it changed. */
  execute(text: string, parameters?: readonly SqlValue[]): Promise<number>;
  /** Runs a statement that gives rows, read by their columns. */
  query<C extends Columns>(text: string, parameters: readonly SqlValue[], columns: C): Promise<RowOf<C>[]>;
  /** As `query`, for at most one row; null when there is none. */
  one<C extends Columns>(text: string, parameters: readonly SqlValue[], columns: C): Promise<RowOf<C> | null>;
}

export interface DirectSql extends SqlExecutor {
  /** One transaction; rolled back when the work throws. Deadlocks and busy locks are retried. */
  tx<Result>(work: (transaction: SqlExecutor) => Promise<Result>): Promise<Result>;
  /** Milliseconds of one round trip; throws `unavailable` with the reason. */
  health(): Promise<number>;
  close(): Promise<void>;
}
