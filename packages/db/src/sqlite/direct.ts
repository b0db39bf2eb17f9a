import { contentionAttempts, retrying } from '../retry.js';
import type { DirectSql, SqlExecutor } from '../sql/direct-sql.js';
import { readRows, type Columns, type RowOf, type SqlValue } from '../sql/values.js';
import { insideTransaction, refuseInsideTransaction } from '../transaction-scope.js';
import type { SqliteConnection, SqliteRows } from './connection.js';
import { sqliteError } from './errors.js';
import { bound } from './values.js';

function readNamed<C extends Columns>({ names, rows }: SqliteRows, columns: C): RowOf<C>[] {
  return readRows(
    rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]]))),
    columns,
  );
}

abstract class SqliteExecutor implements SqlExecutor {
  readonly engine = 'sqlite';

  protected abstract run(text: string, parameters: readonly SqlValue[]): Promise<SqliteRows>;

  async #translated(text: string, parameters: readonly SqlValue[]): Promise<SqliteRows> {
    try {
      return await this.run(text, parameters);
    } catch (error) {
      throw sqliteError(error);
    }
  }

  async execute(text: string, parameters: readonly SqlValue[] = []): Promise<number> {
    return (await this.#translated(text, parameters)).changes;
  }

  async query<C extends Columns>(
    text: string,
    parameters: readonly SqlValue[],
    columns: C,
  ): Promise<RowOf<C>[]> {
    return readNamed(await this.#translated(text, parameters), columns);
  }

  async one<C extends Columns>(
    text: string,
    parameters: readonly SqlValue[],
    columns: C,
  ): Promise<RowOf<C> | null> {
    return (await this.query(text, parameters, columns))[0] ?? null;
  }
}

/** Direct SQL for whoever holds the connection. */
export class SqliteDirectTransaction extends SqliteExecutor {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    super();
    this.#connection = connection;
  }

  protected run(text: string, parameters: readonly SqlValue[]): Promise<SqliteRows> {
    return this.#connection.run(text, parameters.map(bound));
  }
}

/** Direct SQL on the connection that Prisma uses too. */
export class SqliteDirect extends SqliteExecutor implements DirectSql {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    super();
    this.#connection = connection;
  }

  protected async run(text: string, parameters: readonly SqlValue[]): Promise<SqliteRows> {
    refuseInsideTransaction();
    return this.#connection.mutex.run(() => this.#connection.run(text, parameters.map(bound)));
  }

  async tx<Result>(work: (transaction: SqlExecutor) => Promise<Result>): Promise<Result> {
    refuseInsideTransaction();
    return retrying(contentionAttempts, () => this.#once(work));
  }

  #once<Result>(work: (transaction: SqlExecutor) => Promise<Result>): Promise<Result> {
    return this.#connection.mutex.run(async () => {
      try {
        await this.#connection.begin();
      } catch (error) {
        throw sqliteError(error);
      }
      try {
        const result = await insideTransaction(() => work(new SqliteDirectTransaction(this.#connection)));
        this.#connection.commit();
        return result;
      } catch (error) {
        this.#connection.rollback();
        throw error;
      }
    });
  }

  async health(): Promise<number> {
    const start = performance.now();
    await this.execute('SELECT 1');
    return performance.now() - start;
  }

  async close(): Promise<void> {
    await this.#connection.mutex.run(() => this.#connection.close());
  }
}
