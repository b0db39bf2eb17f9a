import {
  createPool,
  type FieldPacket,
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import { within } from '../deadline.js';
import { ServerContact } from '../contact.js';
import { closedError, DatabaseError } from '../errors.js';
import type { ResolvedOptions } from '../options.js';
import {
  ACQUIRE_TIMEOUT_MS,
  CONNECT_TIMEOUT_MS,
  sessionSettings,
  type ServerAddress,
} from './connection-settings.js';
import { mysqlError, mysqlFailureOf } from './errors.js';

/** Prepared statements kept open on one connection. */
const STATEMENTS_KEPT = 256;

/** One open connection or the pool that has some. */
export type Runner = Pool | PoolConnection;

export type StatementResult = [result: RowDataPacket[] | ResultSetHeader, fields: FieldPacket[]];

/** The driver's error in the words of this package; the statement says which table it was about. */
function translated(error: unknown, statement: string): unknown {
  const failure = mysqlFailureOf(error);
  const table = /^\s*(?:insert\s+into|update|delete\s+from)\s+(?:`[^`]+`\.)?`?(\w+)/i.exec(statement)?.[1];
  return failure ? mysqlError(failure, error, table) : error;
}

/**
 * The connections to the server, shared by Prisma and direct SQL, with what holds for every statement: it is
 * timed, given up when no answer comes, and its errors are translated.
 */
export class MysqlConnections {
  readonly database: string;
  readonly contact = new ServerContact();
  readonly #pool: Pool;
  readonly #statementTimeoutMs: number;
  readonly #timer: (text: string, ms: number) => void;
  #closed = false;

  constructor(address: ServerAddress, options: ResolvedOptions, timer: (text: string, ms: number) => void) {
    const { ssl, ...where } = address;
    this.database = address.database;
    this.#statementTimeoutMs = options.statementTimeoutMs;
    this.#timer = timer;
    this.#pool = createPool({
      ...where,
      ...(ssl ? { ssl: { ...ssl } } : {}),
      connectionLimit: options.poolSize,
      connectTimeout: CONNECT_TIMEOUT_MS,
      maxPreparedStatements: STATEMENTS_KEPT,
      charset: 'utf8mb4_bin',
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      jsonStrings: true,
      // The rows that a statement found, not only those it changed.
      flags: ['FOUND_ROWS'],
    });
    // First in the queue of a new connection, before the statement it was opened for.
    this.#pool.pool.on('connection', (connection) => {
      connection.query(sessionSettings, (error) => {
        if (error) connection.destroy();
      });
    });
  }

  get pool(): Pool {
    if (this.#closed) throw closedError();
    return this.#pool;
  }

  /** Runs one statement by what is handed in; the text is for the log and for errors. */
  async watch<Result>(text: string, run: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    try {
      const result = await within(this.#statementTimeoutMs, run());
      this.contact.answered(start);
      return result;
    } catch (error) {
      const failure = translated(error, text);
      this.#note(start, error, failure);
      throw failure;
    } finally {
      this.#timer(text, performance.now() - start);
    }
  }

  /** A connection for a transaction. @throws DatabaseError `timeout` when none becomes free. */
  async acquire(): Promise<PoolConnection> {
    const start = performance.now();
    const pending = this.pool.getConnection();
    try {
      return await within(ACQUIRE_TIMEOUT_MS, pending);
    } catch (error) {
      // One that comes too late goes back to the pool.
      pending.then((connection) => connection.release()).catch(() => undefined);
      const failure = translated(error, '');
      // That none became free says nothing of the server.
      if (failure !== error) this.#note(start, error, failure);
      throw failure;
    }
  }

  /** Whether the server has refused a statement, or said nothing. */
  #note(sentAt: number, error: unknown, failure: unknown): void {
    if (!(failure instanceof DatabaseError)) return;
    const ours = failure === error;
    if (failure.kind === 'unavailable' || (ours && failure.kind === 'timeout')) this.contact.lost(sentAt);
    else if (!ours) this.contact.answered(sentAt);
  }

  /** Ends a transaction and gives its connection back; one that cannot even roll back goes, and the server rolls back. */
  async end(connection: PoolConnection, how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    try {
      await this.watch(how, () => (how === 'COMMIT' ? connection.commit() : connection.rollback()));
      connection.release();
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#pool.end();
  }
}
