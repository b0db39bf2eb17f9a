import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { DatabaseError } from '../errors.js';
import { contentionAttempts, retrying } from '../retry.js';
import type { DirectSql, SqlExecutor } from '../sql/direct-sql.js';
import { readRows, type Columns, type RowOf, type SqlValue } from '../sql/values.js';
import {
  doomTransaction,
  insideTransaction,
  refuseInsideTransaction,
  refuseWhenDoomed,
} from '../transaction-scope.js';
import type { MysqlConnections, Runner } from './connections.js';
import { bound, escapable } from './values.js';

type Result = RowDataPacket[] | ResultSetHeader;

/**
 * Parameters up to which a statement that changes rows is prepared. Larger ones write many rows, hardly two of them
 * as many: they go as one text, their values escaped by the driver, and cost one trip and no place among the
 * prepared ones.
 */
const MOST_PREPARED = 100;

abstract class MysqlExecutor implements SqlExecutor {
  readonly engine = 'mysql';
  protected readonly connections: MysqlConnections;

  constructor(connections: MysqlConnections) {
    this.connections = connections;
  }

  protected abstract send<Sent>(text: string, run: (on: Runner) => Promise<Sent>): Promise<Sent>;
  /** Resolves when statements may be sent. */
  protected readonly ready: Promise<unknown> | null = null;
  protected failed(_error: DatabaseError): void {}

  async #run(text: string, parameters: readonly SqlValue[], mostPrepared: number): Promise<Result> {
    const prepared = parameters.length > 0 && parameters.length <= mostPrepared;
    const values = parameters.map(prepared ? bound : escapable);
    if (this.ready !== null) await this.ready;
    try {
      // Only what has parameters is worth preparing, and not every other statement can be.
      const [result] = await this.send(text, (on) =>
        prepared ? on.execute<Result>(text, values) : on.query<Result>(text, values),
      );
      return result;
    } catch (error) {
      if (error instanceof DatabaseError) this.failed(error);
      throw error;
    }
  }

  async execute(text: string, parameters: readonly SqlValue[] = []): Promise<number> {
    const result = await this.#run(text, parameters, MOST_PREPARED);
    return 'affectedRows' in result ? result.affectedRows : 0;
  }

  async query<C extends Columns>(
    text: string,
    parameters: readonly SqlValue[],
    columns: C,
  ): Promise<RowOf<C>[]> {
    const result = await this.#run(text, parameters, Infinity);
    return Array.isArray(result) ? readRows(result, columns) : [];
  }

  async one<C extends Columns>(
    text: string,
    parameters: readonly SqlValue[],
    columns: C,
  ): Promise<RowOf<C> | null> {
    return (await this.query(text, parameters, columns))[0] ?? null;
  }
}

/** Direct SQL on one connection. */
export class MysqlDirectTransaction extends MysqlExecutor {
  readonly #connection: PoolConnection;
  protected override readonly ready: Promise<unknown> | null;

  /** `begun` resolves when the transaction is open, and no statement is sent before it. */
  constructor(connections: MysqlConnections, connection: PoolConnection, begun?: Promise<unknown>) {
    super(connections);
    this.#connection = connection;
    this.ready = begun ?? null;
  }

  protected send<Sent>(text: string, run: (on: Runner) => Promise<Sent>): Promise<Sent> {
    refuseWhenDoomed();
    return this.connections.watch(text, () => run(this.#connection));
  }

  protected override failed(error: DatabaseError): void {
    if (error.kind === 'deadlock') doomTransaction(error);
  }
}

/** Direct SQL over the connections that Prisma uses too, prepared where it has parameters. */
export class MysqlDirect extends MysqlExecutor implements DirectSql {
  protected send<Sent>(text: string, run: (on: Runner) => Promise<Sent>): Promise<Sent> {
    refuseInsideTransaction();
    return this.connections.pooled(text, run);
  }

  async tx<Result>(work: (transaction: SqlExecutor) => Promise<Result>): Promise<Result> {
    refuseInsideTransaction();
    return retrying(contentionAttempts, () => this.#once(work));
  }

  async #once<Result>(work: (transaction: SqlExecutor) => Promise<Result>): Promise<Result> {
    const { connections } = this;
    const connection = await connections.acquire();
    let result: Result;
    try {
      // On its way while the work puts its first statement together.
      const begun = connections.watch('BEGIN', () => connection.beginTransaction());
      begun.catch(() => undefined);
      result = await insideTransaction(() =>
        work(new MysqlDirectTransaction(connections, connection, begun)),
      );
      await begun;
    } catch (error) {
      // The error to tell is that of the work; a connection that cannot roll back is gone already.
      await connections.end(connection, 'ROLLBACK').catch(() => undefined);
      throw error;
    }
    await connections.end(connection, 'COMMIT');
    return result;
  }

  async health(): Promise<number> {
    const start = performance.now();
    await this.execute('SELECT 1');
    return performance.now() - start;
  }

  async close(): Promise<void> {
    await this.connections.close();
  }
}
