import {
  type ConnectionInfo,
  type IsolationLevel,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
  type SqlQueryable,
  type SqlResultSet,
  type Transaction,
} from '@prisma/driver-adapter-utils';
import type { SqliteConnection, SqliteRows } from './connection.js';
import { DatabaseError } from '../errors.js';
import { sqliteError } from './errors.js';
import { boundArgument, clientValue, columnTypes } from './values.js';

const ADAPTER_NAME = 'slimy-libsql';

function resultSet({ names, declared, rows, lastInsertRowid }: SqliteRows): SqlResultSet {
  const types = columnTypes(declared, rows);
  return {
    columnNames: names,
    columnTypes: types,
    rows: rows.map((row) => row.map((value, index) => clientValue(value, types[index]))),
    lastInsertId: lastInsertRowid,
  };
}

abstract class Queryable implements SqlQueryable {
  readonly provider = 'sqlite';
  readonly adapterName = ADAPTER_NAME;

  protected abstract run(text: string, query: SqlQuery): Promise<SqliteRows>;

  async #perform(query: SqlQuery): Promise<SqliteRows> {
    try {
      return await this.run(query.sql, query);
    } catch (error) {
      throw sqliteError(error);
    }
  }

  async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return resultSet(await this.#perform(query));
  }

  async executeRaw(query: SqlQuery): Promise<number> {
    return (await this.#perform(query)).changes;
  }
}

function boundArguments({ args, argTypes }: SqlQuery) {
  return args.map((value, index) => boundArgument(value, argTypes[index]));
}

class SqliteTransaction extends Queryable implements Transaction {
  readonly options = { usePhantomQuery: true };
  readonly #connection: SqliteConnection;
  readonly #release: () => void;

  constructor(connection: SqliteConnection, release: () => void) {
    super();
    this.#connection = connection;
    this.#release = release;
  }

  protected run(text: string, query: SqlQuery): Promise<SqliteRows> {
    return this.#connection.run(text, boundArguments(query));
  }

  async commit(): Promise<void> {
    try {
      this.#connection.commit();
    } catch (error) {
      this.#connection.rollback();
      throw sqliteError(error);
    } finally {
      this.#release();
    }
  }

  async rollback(): Promise<void> {
    try {
      this.#connection.rollback();
    } finally {
      this.#release();
    }
  }

  async createSavepoint(name: string): Promise<void> {
    await this.#connection.run(`SAVEPOINT ${name}`, []);
  }

  async rollbackToSavepoint(name: string): Promise<void> {
    await this.#connection.run(`ROLLBACK TO ${name}`, []);
  }

  async releaseSavepoint(name: string): Promise<void> {
    await this.#connection.run(`RELEASE ${name}`, []);
  }
}

class SqliteAdapter extends Queryable implements SqlDriverAdapter {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    super();
    this.#connection = connection;
  }

  protected run(text: string, query: SqlQuery): Promise<SqliteRows> {
    return this.#connection.mutex.run(() => this.#connection.run(text, boundArguments(query)));
  }

  async executeScript(script: string): Promise<void> {
    await this.#connection.mutex.run(() => this.#connection.script(script));
  }

  async startTransaction(isolationLevel?: IsolationLevel): Promise<Transaction> {
    if (isolationLevel !== undefined && isolationLevel !== 'SERIALIZABLE') {
      throw new DatabaseError('misuse', `The embedded database has no ${isolationLevel}.`);
    }
    const release = await this.#connection.mutex.acquire();
    try {
      await this.#connection.begin();
    } catch (error) {
      release();
      throw sqliteError(error);
    }
    return new SqliteTransaction(this.#connection, release);
  }

  getConnectionInfo(): ConnectionInfo {
    return { supportsRelationJoins: false, maxBindValues: 32_000 };
  }

  /** The connection is shared; whoever opened it closes it. */
  async dispose(): Promise<void> {}
}

/** Prisma's way to the embedded database, over the connection that direct SQL uses too. */
export class SqliteAdapterFactory implements SqlDriverAdapterFactory {
  readonly provider = 'sqlite';
  readonly adapterName = ADAPTER_NAME;
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async connect(): Promise<SqlDriverAdapter> {
    return new SqliteAdapter(this.#connection);
  }
}
