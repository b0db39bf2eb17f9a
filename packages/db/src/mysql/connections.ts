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
import { preflight } from './preflight.js';
import { Turns } from './turns.js';

/** Prepared statements kept open on one connection. */
const STATEMENTS_KEPT = 256;
/** Milliseconds between two lines of the log that all connections are busy. */
const SAY_BUSY_AGAIN_MS = 60_000;

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
  readonly #address: ServerAddress;
  readonly #options: ResolvedOptions;
  readonly #pool: Pool;
  /** One for each connection. The pool's own queue has neither an end nor a bound of time. */
  readonly #turns: Turns;
  /** Connections of transactions. */
  readonly #held = new Set<PoolConnection>();
  readonly #timer: (text: string, ms: number) => void;
  #saidBusyAt = -Infinity;
  #closed = false;

  constructor(address: ServerAddress, options: ResolvedOptions, timer: (text: string, ms: number) => void) {
    const { ssl, ...where } = address;
    this.database = address.database;
    this.#address = address;
    this.#options = options;
    this.#timer = timer;
    this.#turns = new Turns(options.poolSize, ACQUIRE_TIMEOUT_MS, () => this.#allBusy());
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

  get #open(): Pool {
    if (this.#closed) throw closedError();
    return this.#pool;
  }

  /** Runs one statement by what is handed in; the text is for the log and for errors. */
  async watch<Result>(text: string, run: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    try {
      const result = await within(this.#options.statementTimeoutMs, run());
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

  /**
   * Runs one statement on whichever connection is free.
   * @throws DatabaseError `timeout` when none becomes free, besides what the statement throws
   */
  async pooled<Result>(text: string, run: (pool: Pool) => Promise<Result>): Promise<Result> {
    const turn = this.#turns.take();
    if (turn !== null) await turn;
    return this.watch(text, async () => {
      try {
        return await run(this.#open);
      } finally {
        // Not when the statement is given up: its connection stays busy until the server answers.
        this.#turns.give();
      }
    });
  }

  /** A connection for a transaction. @throws DatabaseError `timeout` when none becomes free. */
  async acquire(): Promise<PoolConnection> {
    const turn = this.#turns.take();
    if (turn !== null) await turn;
    const start = performance.now();
    const pending = this.#getConnection();
    try {
      const connection = await within(ACQUIRE_TIMEOUT_MS, pending);
      this.#held.add(connection);
      return connection;
    } catch (error) {
      // One that comes too late goes back to the pool.
      pending
        .then((connection) => connection.release())
        .catch(() => undefined)
        .finally(() => this.#turns.give());
      const failure = translated(error, '');
      this.#note(start, error, failure);
      throw failure;
    }
  }

  async #getConnection(): Promise<PoolConnection> {
    return this.#open.getConnection();
  }

  /** What is told when no connection became free; of a server that is away, the reason is that it is. */
  #allBusy(): DatabaseError {
    const size = this.#options.poolSize;
    if (this.contact.away) {
      return new DatabaseError('timeout', `The database gives no answer on any of ${size} connections.`);
    }
    const message = `All ${size} connections of this process are busy: none became free within ${ACQUIRE_TIMEOUT_MS} ms. Raise DATABASE_POOL_SIZE or find what holds them.`;
    if (performance.now() - this.#saidBusyAt > SAY_BUSY_AGAIN_MS) {
      this.#saidBusyAt = performance.now();
      this.#options.logger.warn({ connections: size }, message);
    }
    return new DatabaseError('timeout', message);
  }

  /** While all connections are busy: a question to the server over one of its own. Null while one is free. */
  aside(): Promise<string> | null {
    return this.#turns.full ? this.watch('SELECT VERSION()', () => preflight(this.#address)) : null;
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
    } catch (error) {
      this.drop(connection);
      throw error;
    }
    connection.release();
    this.#return(connection);
  }

  /** Closes the connection of a transaction that is in no known state. */
  drop(connection: PoolConnection): void {
    connection.destroy();
    this.#return(connection);
  }

  #return(connection: PoolConnection): void {
    if (this.#held.delete(connection)) this.#turns.give();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#pool.end();
  }
}
