import { serverAddress } from '../mysql/connection-settings.js';
import { resolveOptions, type DatabaseOptions, type ResolvedOptions } from '../options.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import { column } from '../sql/values.js';

/** A connection for one piece of work, beside those of the running program. */
export interface OwnConnection {
  readonly sql: SqlExecutor;
  close(): Promise<void>;
}

const untimed = (): void => undefined;

async function ownMysql(options: ResolvedOptions, url: string): Promise<OwnConnection> {
  const { MysqlConnections, MysqlDirectTransaction } = await import('../mysql/driver.js');
  const connections = new MysqlConnections(serverAddress(url, options), options, untimed);
  const connection = await connections.acquire();
  return {
    sql: new MysqlDirectTransaction(connections, connection),
    async close() {
      connection.destroy();
      await connections.close();
    },
  };
}

async function ownSqlite(file: string): Promise<OwnConnection> {
  const { SqliteConnection, SqliteDirectTransaction } = await import('../sqlite/driver.js');
  const connection = new SqliteConnection(file, untimed);
  return {
    sql: new SqliteDirectTransaction(connection),
    close: async () => {
      connection.rollback();
      connection.close();
    },
  };
}

function openOwn(options: DatabaseOptions): Promise<OwnConnection> {
  const resolved = resolveOptions(options);
  const { address } = resolved;
  return address.engine === 'mysql' ? ownMysql(resolved, address.url) : ownSqlite(address.file);
}

/**
 * Opens a view of the whole database as it is now: what others write from now on is not in it, and they are not held
 * up by it. It lasts until `close`.
 */
export async function openSnapshot(options: DatabaseOptions): Promise<OwnConnection> {
  const own = await openOwn(options);
  try {
    if (own.sql.engine === 'mysql') {
      await own.sql.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await own.sql.execute('START TRANSACTION WITH CONSISTENT SNAPSHOT');
    } else {
      // The first read fixes what is seen.
      await own.sql.execute('BEGIN');
      await own.sql.query('SELECT COUNT(*) AS count FROM users', [], { count: column.int });
    }
    return own;
  } catch (error) {
    await own.close();
    throw error;
  }
}

/** Opens a connection that takes rows in any order of tables: keys between them are not checked. */
export async function openLoader(options: DatabaseOptions): Promise<OwnConnection> {
  const own = await openOwn(options);
  const off = own.sql.engine === 'mysql' ? 'SET FOREIGN_KEY_CHECKS = 0' : 'PRAGMA foreign_keys = OFF';
  await own.sql.execute(off);
  return own;
}
