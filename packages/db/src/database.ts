import type { DatabaseContact } from './contact.js';
import type { Engine, DirectSql, SqlExecutor } from './sql/direct-sql.js';

/** What a transaction may take. */
export interface TransactionOptions {
  /** Milliseconds from start to commit (default 10,000); then it is rolled back with `timeout`. */
  readonly timeoutMs?: number;
}

/**
 * One open transaction: repositories built on it, and its own direct SQL, commit or roll back together. The
 * root database cannot be reached from it, and calls to the root from inside the work are refused.
 */
export interface Transaction {
  readonly engine: Engine;
  readonly sql: SqlExecutor;
}

/** An open database, whichever engine. Repositories are built on it or on a transaction. */
export interface Database {
  readonly engine: Engine;
  /** What the server or the library says of itself, such as `10.11.6-MariaDB`. */
  readonly version: string;
  readonly sql: DirectSql;
  /** Whether and when it was last heard of. */
  readonly contact: DatabaseContact;
  /**
   * Runs the work in one transaction; commits when it resolves, rolls back when it throws. Deadlocks, locks and
   * races of two inserts are retried a bounded number of times, so the work may run more than once: it must
   * have no effect outside of the transaction.
   */
  transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  /**
   * Makes deleted rows go from the files of the embedded database too: from its write-ahead log, and from pages in
   * which SQLite has moved rows and left copies behind. Those go by writing the whole file anew, in which time nothing
   * else is answered: a file above 64 MiB only where one of the texts still stands in it, or without texts. False while somebody
   * reads an older state of it, such as a backup, or writes; then it is to be tried again. A database server keeps its
   * own files in its own time: true.
   */
  dropRemains(texts?: readonly string[]): Promise<boolean>;
  /**
   * Milliseconds of one round trip by each way of access, or while all connections are busy over one of its own:
   * that they are says nothing of the server. Throws `unavailable` with the reason.
   */
  health(): Promise<number>;
  close(): Promise<void>;
}
