import {
  createPool,
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import { closedError, DatabaseError } from '../errors.js';
import { within } from '../deadline.js';
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
import type { StatementWatch } from './statement-watch.js';

/** Prepared statements kept open on one connection. */
const STATEMENTS_KEPT = 256;

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
  readonly #watch: StatementWatch;

  constructor(watch: StatementWatch) {
    this.#watch = watch;
  }

  protected abstract runner(): Runner;
  protected failed(_error: DatabaseError): void {}

  async #run(text: string, parameters: readonly SqlValue[]): Promise<RowDataPacket[] | ResultSetHeader> {
    const runner = this.runner();
    try {
      const [result] = await this.#watch(text, () =>
        parameters.length === 0
          ? runner.query<RowDataPacket[] | ResultSetHeader>(text)
          : runner.execute<RowDataPacket[] | ResultSetHeader>(text, parameters.map(bound)),
      );
      return result;
    } catch (error) {
      const known = translated(error, text);
      if (known instanceof DatabaseError) this.failed(known);
      throw known;
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

  constructor(connection: PoolConnection, watch: StatementWatch) {
    super(watch);
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
  readonly #watch: StatementWatch;

  constructor({ ssl, ...address }: ServerAddress, connections: number, watch: StatementWatch) {
    super(watch);
    this.#watch = watch;
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
    let clean = false;
    try {
      await this.#control('BEGIN', () => connection.beginTransaction());
      const result = await insideTransaction(() => work(new MysqlDirectTransaction(connection, this.#watch)));
      await this.#control('COMMIT', () => connection.commit());
      clean = true;
      return result;
    } catch (error) {
      // Where the rollback fails too, the connection goes, and the server rolls back with it.
      clean = await this.#control('ROLLBACK', () => connection.rollback()).then(
        () => true,
        () => false,
      );
      throw error;
    } finally {
      if (clean) connection.release();
      else connection.destroy();
    }
  }

  async #control(text: string, run: () => Promise<void>): Promise<void> {
    try {
      await this.#watch(text, run);
    } catch (error) {
      throw translated(error);
    }
  }

  async #acquire(): Promise<PoolConnection> {
    if (this.#closed) throw closedError();
    const pending = this.#pool.getConnection();
    try {
      return await within(ACQUIRE_TIMEOUT_MS, pending);
    } catch (error) {
      // One that comes too late goes back to the pool.
      pending.then((connection) => connection.release()).catch(() => undefined);
      throw translated(error);
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
