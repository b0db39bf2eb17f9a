import {
  createPool,
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import { closedError, DatabaseError } from '../errors.js';
import { contentionAttempts, retrying } from '../retry.js';
import type { DirectSql, SqlExecutor } from '../sql/direct-sql.js';
import { readRow, type Columns, type RowOf, type SqlValue } from '../sql/values.js';
import {
  doomTransaction,
  insideTransaction,
  refuseInsideTransaction,
  refuseWhenDoomed,
} from '../transaction-scope.js';
import {
  ACQUIRE_TIMEOUT_MS,
  CONNECT_TIMEOUT_MS,
  sessionSettings,
  type ServerAddress,
} from './connection-settings.js';
import { mysqlError, mysqlFailureOf } from './errors.js';

/** Prepared statements kept open on one connection. */
const STATEMENTS_KEPT = 256;

export type StatementTimer = (text: string, ms: number) => void;

/**
 * Numbers go as text: the driver would send each as a DOUBLE, which LIMIT refuses and which cannot hold the
 * larger ones. Instants go as UTC text.
 */
function bound(value: SqlValue): string | Buffer | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
      return value.toString();
    case 'boolean':
      return value ? '1' : '0';
    default:
      if (value === null) return null;
      return value instanceof Date ? value.toISOString().slice(0, -1).replace('T', ' ') : Buffer.from(value);
  }
}

function translated(error: unknown, statement = ''): unknown {
  const failure = mysqlFailureOf(error);
  const table = /^\s*(?:insert\s+into|update|delete\s+from)\s+`?(\w+)/i.exec(statement)?.[1];
  return failure ? mysqlError(failure, error, table) : error;
}

type Runner = Pool | PoolConnection;

abstract class MysqlExecutor implements SqlExecutor {
  readonly engine = 'mysql';
  readonly #timer: StatementTimer;

  constructor(timer: StatementTimer) {
    this.#timer = timer;
  }

  protected abstract runner(): Runner;
  protected failed(_error: DatabaseError): void {}

  async #run(text: string, parameters: readonly SqlValue[]): Promise<RowDataPacket[] | ResultSetHeader> {
    const runner = this.runner();
    const start = performance.now();
    try {
      const [result] =
        parameters.length === 0
          ? await runner.query<RowDataPacket[] | ResultSetHeader>(text)
          : await runner.execute<RowDataPacket[] | ResultSetHeader>(text, parameters.map(bound));
      return result;
    } catch (error) {
      const known = translated(error, text);
      if (known instanceof DatabaseError) this.failed(known);
      throw known;
    } finally {
      this.#timer(text, performance.now() - start);
    }
  }

  async execute(text: string, parameters: readonly SqlValue[] = []): Promise<number> {
    const result = await this.#run(text, parameters);
    return 'affectedRows' in result ? result.affectedRows : 0;
  }

  async query<C extends Columns>(
    text: string,
    parameters: readonly SqlValue[],
    columns: C,
  ): Promise<RowOf<C>[]> {
    const result = await this.#run(text, parameters);
    return Array.isArray(result) ? result.map((row) => readRow(row, columns)) : [];
  }

  async one<C extends Columns>(
    text: string,
    parameters: readonly SqlValue[],
    columns: C,
  ): Promise<RowOf<C> | null> {
    return (await this.query(text, parameters, columns))[0] ?? null;
  }
}

class MysqlDirectTransaction extends MysqlExecutor {
  readonly #connection: PoolConnection;

  constructor(connection: PoolConnection, timer: StatementTimer) {
    super(timer);
    this.#connection = connection;
  }

  protected runner(): Runner {
    refuseWhenDoomed();
    return this.#connection;
  }

  protected override failed(error: DatabaseError): void {
    if (error.kind === 'deadlock') doomTransaction(error);
  }
}

/** Direct SQL with mysql2, prepared where it has parameters. */
export class MysqlDirect extends MysqlExecutor implements DirectSql {
  readonly #pool: Pool;
  #closed = false;
  readonly #timer: StatementTimer;

  constructor({ ssl, ...address }: ServerAddress, connections: number, timer: StatementTimer) {
    super(timer);
    this.#timer = timer;
    this.#pool = createPool({
      ...address,
      ...(ssl ? { ssl: { ...ssl } } : {}),
      connectionLimit: connections,
      connectTimeout: CONNECT_TIMEOUT_MS,
      maxPreparedStatements: STATEMENTS_KEPT,
      charset: 'utf8mb4_bin',
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      jsonStrings: true,
      // Rows that a statement found, not only those it changed: what Prisma counts too.
      flags: ['FOUND_ROWS'],
    });
    this.#pool.pool.on('connection', (connection) => {
      connection.query(sessionSettings, (error) => {
        if (error) connection.destroy();
      });
    });
  }

  protected runner(): Runner {
    refuseInsideTransaction();
    if (this.#closed) throw closedError();
    return this.#pool;
  }

  async tx<Result>(work: (transaction: SqlExecutor) => Promise<Result>): Promise<Result> {
    refuseInsideTransaction();
    return retrying(contentionAttempts, () => this.#once(work));
  }

  async #once<Result>(work: (transaction: SqlExecutor) => Promise<Result>): Promise<Result> {
    const connection = await this.#acquire();
    let usable = false;
    try {
      await connection.beginTransaction();
      const result = await insideTransaction(() => work(new MysqlDirectTransaction(connection, this.#timer)));
      await connection.commit();
      usable = true;
      return result;
    } catch (error) {
      usable = await connection.rollback().then(
        () => true,
        () => false,
      );
      throw translated(error);
    } finally {
      if (usable) connection.release();
      else connection.destroy();
    }
  }

  async #acquire(): Promise<PoolConnection> {
    if (this.#closed) throw closedError();
    const pending = this.#pool.getConnection();
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new DatabaseError('timeout', 'No connection to the database became free in time.')),
        ACQUIRE_TIMEOUT_MS,
      );
    });
    try {
      return await Promise.race([pending, expired]);
    } catch (error) {
      // One that comes too late goes back to the pool.
      pending.then((connection) => connection.release()).catch(() => {});
      throw translated(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async health(): Promise<number> {
    const start = performance.now();
    await this.execute('SELECT 1');
    return performance.now() - start;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#pool.end();
  }
}
