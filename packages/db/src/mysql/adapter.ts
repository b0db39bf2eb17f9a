import type {
  ConnectionInfo,
  IsolationLevel,
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  SqlResultSet,
  Transaction,
} from '@prisma/driver-adapter-utils';
import type { PoolConnection } from 'mysql2/promise';
import type { MysqlConnections, Runner, StatementResult } from './connections.js';
import { boundArgument, clientValue, columnType } from './values.js';

const ADAPTER_NAME = 'slimy-mysql2';

function isList(row: unknown): row is unknown[] {
  return Array.isArray(row);
}

function resultSet([result, fields]: StatementResult): SqlResultSet {
  if (!Array.isArray(result)) {
    return { columnNames: [], columnTypes: [], rows: [], lastInsertId: String(result.insertId) };
  }
  const types = fields.map(columnType);
  const rows: readonly unknown[] = result;
  return {
    columnNames: fields.map(({ name }) => name),
    columnTypes: types,
    rows: rows.filter(isList).map((row) => row.map((value, index) => clientValue(value, types[index]))),
  };
}

abstract class Queryable implements SqlQueryable {
  readonly provider = 'mysql';
  readonly adapterName = ADAPTER_NAME;
  protected readonly connections: MysqlConnections;

  constructor(connections: MysqlConnections) {
    this.connections = connections;
  }

  protected abstract send<Result>(text: string, run: (on: Runner) => Promise<Result>): Promise<Result>;

  #perform({ sql, args, argTypes }: SqlQuery): Promise<StatementResult> {
    const values = args.map((value, index) => boundArgument(value, argTypes[index]));
    return this.send(sql, (on) => on.execute({ sql, rowsAsArray: true }, values));
  }

  async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return resultSet(await this.#perform(query));
  }

  async executeRaw(query: SqlQuery): Promise<number> {
    const [result] = await this.#perform(query);
    return Array.isArray(result) ? 0 : result.affectedRows;
  }
}

class MysqlTransaction extends Queryable implements Transaction {
  readonly options = { usePhantomQuery: true };
  readonly #connection: PoolConnection;

  constructor(connections: MysqlConnections, connection: PoolConnection) {
    super(connections);
    this.#connection = connection;
  }

  protected send<Result>(text: string, run: (on: Runner) => Promise<Result>): Promise<Result> {
    return this.connections.watch(text, () => run(this.#connection));
  }

  async commit(): Promise<void> {
    await this.connections.end(this.#connection, 'COMMIT');
  }

  async rollback(): Promise<void> {
    await this.connections.end(this.#connection, 'ROLLBACK');
  }

  async #control(text: string): Promise<void> {
    await this.send(text, (on) => on.query(text));
  }

  async createSavepoint(name: string): Promise<void> {
    await this.#control(`SAVEPOINT ${name}`);
  }

  async rollbackToSavepoint(name: string): Promise<void> {
    await this.#control(`ROLLBACK TO ${name}`);
  }

  async releaseSavepoint(name: string): Promise<void> {
    await this.#control(`RELEASE SAVEPOINT ${name}`);
  }
}

class MysqlAdapter extends Queryable implements SqlDriverAdapter {
  protected send<Result>(text: string, run: (on: Runner) => Promise<Result>): Promise<Result> {
    return this.connections.pooled(text, run);
  }

  async executeScript(script: string): Promise<void> {
    await this.send(script, (on) => on.query(script));
  }

  async startTransaction(isolationLevel?: IsolationLevel): Promise<Transaction> {
    const connection = await this.connections.acquire();
    try {
      if (isolationLevel !== undefined) {
        const text = `SET TRANSACTION ISOLATION LEVEL ${isolationLevel}`;
        await this.connections.watch(text, () => connection.query(text));
      }
      await this.connections.watch('BEGIN', () => connection.beginTransaction());
    } catch (error) {
      this.connections.drop(connection);
      throw error;
    }
    return new MysqlTransaction(this.connections, connection);
  }

  getConnectionInfo(): ConnectionInfo {
    return { schemaName: this.connections.database, supportsRelationJoins: false };
  }

  /** The connections are shared; whoever opened them closes them. */
  async dispose(): Promise<void> {}
}

/**
 * Prisma's way to the server, over the connections that direct SQL uses too. Not Prisma's own adapter: its driver
 * ends the process with an unhandled rejection when a connection breaks while it is being set up, hides why the
 * server cannot be reached until its pool gives up, and would need a second pool.
 */
export class MysqlAdapterFactory implements SqlDriverAdapterFactory {
  readonly provider = 'mysql';
  readonly adapterName = ADAPTER_NAME;
  readonly #connections: MysqlConnections;

  constructor(connections: MysqlConnections) {
    this.#connections = connections;
  }

  async connect(): Promise<SqlDriverAdapter> {
    return new MysqlAdapter(this.#connections);
  }
}
