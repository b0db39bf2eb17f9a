import { serverAddress } from '../mysql/connection-settings.js';
import { resolveOptions, type DatabaseOptions } from '../options.js';
import type { Engine } from '../sql/direct-sql.js';
import type { MigrationConnection } from './connection.js';

/** The database to migrate, with the address of an account that may change its schema. */
export type MigrationDatabase = Pick<DatabaseOptions, 'url' | 'tls' | 'caFile'>;

export function engineOf(database: MigrationDatabase): Engine {
  return resolveOptions(database).address.engine;
}

/**
 * A connection for statements; creates the database where it is missing and `create` is set.
 * @throws DatabaseError `unavailable` with the reason and the way out.
 */
export async function connect(database: MigrationDatabase, create: boolean): Promise<MigrationConnection> {
  const options = resolveOptions(database);
  // Each driver takes a while to load, and nobody needs both.
  if (options.address.engine === 'mysql') {
    const { connectMysql } = await import('./mysql-connection.js');
    return connectMysql(serverAddress(options.address.url, options), create);
  }
  const { connectSqlite } = await import('./sqlite-connection.js');
  return connectSqlite(options.address.file, create);
}
