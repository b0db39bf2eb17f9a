import Libsql from 'libsql';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { closedError, DatabaseError } from '../errors.js';
import { FairMutex } from './mutex.js';

const STATEMENTS_KEPT = 500;
/** How long a lock of another process is waited for, in small steps that leave the event loop free. */
const BUSY_WAIT_MS = 5_000;
const BUSY_STEP_MS = 20;

/** What SQLite itself can bind. */
export type BoundValue = string | number | bigint | Uint8Array | null;

export interface SqliteRows {
  readonly names: string[];
  /** Declared types of the columns; null for expressions. */
  readonly declared: (string | null)[];
  readonly rows: unknown[][];
  readonly changes: number;
  readonly lastInsertRowid: string;
}

interface PreparedStatement {
  readonly statement: Libsql.Statement;
  readonly reader: boolean;
  readonly columns: Libsql.ColumnDefinition[];
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

function openFile(file: string): Libsql.Database {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    return new Libsql(file);
  } catch (cause) {
    throw new DatabaseError(
      'unavailable',
      `The embedded database ${file} cannot be opened. Make its folder writable, or set DATA_DIR or DATABASE_URL to another place.`,
      { cause },
    );
  }
}

function isRow(row: unknown): row is unknown[] {
  return Array.isArray(row);
}

/**
 * The one connection to the embedded file, shared by Prisma and direct SQL. Whoever talks to it holds `mutex`:
 * for one statement, or from BEGIN to COMMIT. So nothing of others ever runs inside an open transaction.
 */
export class SqliteConnection {
  readonly mutex = new FairMutex();
  /** Undefined once closed: the library would end the whole process at the next use. */
  #handle: Libsql.Database | undefined;
  readonly #statements = new Map<string, PreparedStatement>();
  readonly #timer: (text: string, ms: number) => void;

  /** The timer is told of each statement and its milliseconds, the wait for the mutex not counted. */
  constructor(file: string, timer: (text: string, ms: number) => void) {
    this.#handle = openFile(file);
    this.#timer = timer;
    this.#database.defaultSafeIntegers(true);
    // NORMAL with a write-ahead log survives a killed process; a power cut may lose the last commits, never
    // the database. What is deleted is overwritten: somebody who is erased must not stand in free pages.
    this.#database.exec(
      'PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 0;',
    );
  }

  get #database(): Libsql.Database {
    if (this.#handle === undefined) throw closedError();
    return this.#handle;
  }

  #prepare(text: string): PreparedStatement {
    const kept = this.#statements.get(text);
    if (kept) {
      this.#statements.delete(text);
      this.#statements.set(text, kept);
      return kept;
    }
    const statement = this.#database.prepare(text);
    const { reader } = statement;
    const prepared = { statement, reader, columns: reader ? statement.columns() : [] };
    if (reader) statement.raw(true);
    this.#statements.set(text, prepared);
    if (this.#statements.size > STATEMENTS_KEPT) {
      const [oldest] = this.#statements.keys();
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    return prepared;
  }

  #runOnce(text: string, values: readonly BoundValue[]): SqliteRows {
    const { statement, reader, columns } = this.#prepare(text);
    if (reader) {
      const rows = statement.all(values).filter(isRow);
      return {
        names: columns.map(({ name }) => name),
        declared: columns.map(({ type }) => type),
        rows,
        changes: 0,
        lastInsertRowid: '0',
      };
    }
    const { changes, lastInsertRowid } = statement.run(values);
    // Kept statements remember the columns from before a change of the schema.
    if (/^\s*(create|alter|drop|pragma)\b/i.test(text)) this.#statements.clear();
    return { names: [], declared: [], rows: [], changes, lastInsertRowid: String(lastInsertRowid) };
  }

  async #whileBusy<Result>(work: () => Result): Promise<Result> {
    const end = performance.now() + BUSY_WAIT_MS;
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || performance.now() > end) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, BUSY_STEP_MS * (0.5 + Math.random())));
    }
  }

  /** Runs one statement; the caller holds the mutex. */
  async run(text: string, values: readonly BoundValue[]): Promise<SqliteRows> {
    const start = performance.now();
    try {
      // Inside a transaction the write lock is ours already.
      return this.#database.inTransaction
        ? this.#runOnce(text, values)
        : await this.#whileBusy(() => this.#runOnce(text, values));
    } finally {
      this.#timer(text, performance.now() - start);
    }
  }

  /** Several statements in one text; the caller holds the mutex. */
  async script(text: string): Promise<void> {
    this.#statements.clear();
    await this.#whileBusy(() => this.#database.exec(text));
  }

  /** Takes the write lock at once, so that a transaction that reads first cannot fail when it writes. */
  async begin(): Promise<void> {
    await this.#whileBusy(() => this.#database.exec('BEGIN IMMEDIATE'));
  }

  commit(): void {
    this.#database.exec('COMMIT');
  }

  /** SQLite has already rolled back after some errors; then there is nothing left to do. */
  rollback(): void {
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
  }

  close(): void {
    this.#statements.clear();
    this.#handle?.close();
    this.#handle = undefined;
  }
}
