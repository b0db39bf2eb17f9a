import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { clientError } from './client/errors.js';
import { rootGuard, transactionGuard } from './client/guard.js';
import { withTables } from './client/of.js';
import { secretColumns, type EngineClient } from './client/surface.js';
import { embeddedContact, ServerContact, type DatabaseContact } from './contact.js';
import type { Database, Transaction, TransactionOptions } from './database.js';
import { within } from './deadline.js';
import { DatabaseError } from './errors.js';
import { serverAddress } from './mysql/connection-settings.js';
import { resolveOptions, type DatabaseOptions, type ResolvedOptions } from './options.js';
import { raceAttempts, retrying } from './retry.js';
import { ClientExecutor } from './sql/client-executor.js';
import { column } from './sql/values.js';
import type { DirectSql, Engine } from './sql/direct-sql.js';
import { dropFileRemains } from './sqlite/file-remains.js';
import { insideTransaction, refuseInsideTransaction } from './transaction-scope.js';

/** Milliseconds that a transaction waits for its connection. */
const START_WAIT_MS = 10_000;
const TRANSACTION_MS = 10_000;
/** Milliseconds after which a database that gives no answer counts as away. */
const HEALTH_MS = 3_000;

interface Clients {
  /** For calls outside of transactions. */
  readonly root: EngineClient;
  /** Starts transactions; its calls are guarded as calls inside one. */
  readonly transactions: EngineClient;
}

async function generatedClient(engine: Engine, adapter: SqlDriverAdapterFactory) {
  const options = { adapter, omit: secretColumns };
  if (engine === 'mysql') {
    const { PrismaClient } = await import('./generated/mysql/client.js');
    const client = new PrismaClient(options);
    return [client.$extends(rootGuard), client.$extends(transactionGuard)];
  }
  const { PrismaClient } = await import('./generated/sqlite/client.js');
  const client = new PrismaClient(options);
  return [client.$extends(rootGuard), client.$extends(transactionGuard)];
}

async function clientsOf(engine: Engine, adapter: SqlDriverAdapterFactory): Promise<Clients> {
  const guarded: unknown = await generatedClient(engine, adapter);
  // The generated clients are the same as far as `EngineClient` goes, but the compiler finds neither
  // assignable to the other.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const [root, transactions] = guarded as [EngineClient, EngineClient];
  return { root, transactions };
}

/** How word is had of the database. */
interface Word {
  readonly contact: DatabaseContact;
  /** Asks it by a way that work does not hold up; null where the usual one is free. */
  readonly aside: () => Promise<unknown> | null;
}

class OpenDatabase implements Database {
  readonly engine: Engine;
  readonly version: string;
  readonly sql: DirectSql;
  readonly contact: DatabaseContact;
  readonly #clients: Clients;
  readonly #aside: () => Promise<unknown> | null;

  constructor(engine: Engine, version: string, clients: Clients, sql: DirectSql, { contact, aside }: Word) {
    this.engine = engine;
    this.version = version;
    this.sql = sql;
    this.contact = contact;
    this.#clients = clients;
    this.#aside = aside;
    withTables(this, clients.root);
  }

  async transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    { timeoutMs = TRANSACTION_MS }: TransactionOptions = {},
  ): Promise<Result> {
    refuseInsideTransaction();
    return retrying(raceAttempts, () => this.#once(work, timeoutMs));
  }

  async #once<Result>(work: (transaction: Transaction) => Promise<Result>, timeout: number): Promise<Result> {
    const { engine } = this;
    try {
      return await this.#clients.transactions.$transaction(
        (client) =>
          insideTransaction(() =>
            work(withTables({ engine, sql: new ClientExecutor(engine, client) }, client)),
          ),
        { maxWait: START_WAIT_MS, timeout },
      );
    } catch (error) {
      throw clientError(error);
    }
  }

  dropRemains(texts?: readonly string[]): Promise<boolean> {
    return this.engine === 'mysql' ? Promise.resolve(true) : dropFileRemains(this.sql, texts);
  }

  async health(): Promise<number> {
    const start = performance.now();
    const both = () => Promise.all([this.sql.health(), this.#clients.root.$queryRawUnsafe('SELECT 1')]);
    try {
      await within(HEALTH_MS, this.#aside() ?? both());
    } catch (error) {
      if (this.contact instanceof ServerContact) this.contact.lost(start);
      const reason = error instanceof DatabaseError ? error.message : 'The database failed.';
      throw new DatabaseError('unavailable', reason, { cause: error });
    }
    return performance.now() - start;
  }

  async close(): Promise<void> {
    await this.#clients.root.$disconnect();
    await this.sql.close();
  }
}

function slowQueryLog({ logger, slowQueryMs }: ResolvedOptions): (text: string, ms: number) => void {
  return (text, ms) => {
    if (ms < slowQueryMs) return;
    logger.warn({ ms: Math.round(ms), statement: text.slice(0, 2_000) }, 'slow database statement');
  };
}

async function openSqlite(options: ResolvedOptions, file: string): Promise<Database> {
  const { SqliteAdapterFactory, SqliteConnection, SqliteDirect } = await import('./sqlite/driver.js');
  const connection = new SqliteConnection(file, slowQueryLog(options));
  const sql = new SqliteDirect(connection);
  const library = await sql.one('SELECT sqlite_version() AS version', [], { version: column.text });
  const clients = await clientsOf('sqlite', new SqliteAdapterFactory(connection));
  const word = { contact: embeddedContact, aside: () => null };
  return new OpenDatabase('sqlite', `SQLite ${library?.version ?? ''}`, clients, sql, word);
}

async function openMysql(options: ResolvedOptions, url: string): Promise<Database> {
  const { MysqlAdapterFactory, MysqlConnections, MysqlDirect, preflight } = await import('./mysql/driver.js');
  const address = serverAddress(url, options);
  const version = await preflight(address);
  const connections = new MysqlConnections(address, options, slowQueryLog(options));
  const clients = await clientsOf('mysql', new MysqlAdapterFactory(connections));
  const word = { contact: connections.contact, aside: () => connections.aside() };
  return new OpenDatabase('mysql', version, clients, new MysqlDirect(connections), word);
}

/**
 * Opens the database that the url names. A server that cannot be used is reported within 5 s with host, reason
 * and the next step, as a `DatabaseError` of kind `unavailable`. Tables are not touched: see the migrations.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const resolved = resolveOptions(options);
  const { address } = resolved;
  return address.engine === 'mysql' ? openMysql(resolved, address.url) : openSqlite(resolved, address.file);
}
