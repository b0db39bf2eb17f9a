import { createConnection, type Connection } from 'mysql2/promise';
import { DatabaseError } from '../errors.js';
import { CONNECT_TIMEOUT_MS, sessionSettings, type ServerAddress } from '../mysql/connection-settings.js';
import { connectionFailure } from '../mysql/preflight.js';
import type { MigrationConnection, Row, SqlValue } from './connection.js';
import { driverCode, messageOf } from './migration-error.js';

/** Seconds a statement waits for other sessions to let go of a table before it fails. */
const TABLE_LOCK_SECONDS = 120;

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

class MysqlMigrationConnection implements MigrationConnection {
  readonly engine = 'mysql';
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async execute(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    const [result] = await this.#connection.query(sql, [...values]);
    return 'affectedRows' in result ? result.affectedRows : 0;
  }

  async query(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    const [result] = await this.#connection.query(sql, [...values]);
    const rows: readonly unknown[] = Array.isArray(result) ? result : [];
    return rows.filter(isRow);
  }

  async close(): Promise<void> {
    // A session that the server has already ended cannot be ended in good form.
    await this.#connection.end().catch(() => this.#connection.destroy());
  }
}

async function open(address: ServerAddress, database: string | undefined): Promise<Connection> {
  const { ssl, host, port, user, password } = address;
  return createConnection({
    host,
    port,
    user,
    password,
    ...(database !== undefined && { database }),
    ...(ssl && { ssl: { ...ssl } }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
}

async function createDatabase(address: ServerAddress): Promise<void> {
  const name = `\`${address.database.replaceAll('`', '``')}\``;
  const statement = `CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`;
  const connection = await open(address, undefined).catch((error: unknown) => {
    throw connectionFailure(address, error);
  });
  try {
    await connection.query(statement);
  } catch (error) {
    throw new DatabaseError(
      'unavailable',
      `Database "${address.database}" on ${address.host}:${address.port} is missing, or user "${address.user}" may not use it; nor may this user create it: ${messageOf(error)}. ` +
        `Let an administrator run: ${statement}; GRANT ALL ON ${name}.* TO '${address.user}'@'%';`,
      { cause: error },
    );
  } finally {
    await connection.end();
  }
}

/**
 * Connects as the account of the address.
 * @param create whether a missing database is created, where the account may.
 * @throws DatabaseError `unavailable` with host, reason and what to do.
 */
export async function connectMysql(address: ServerAddress, create: boolean): Promise<MigrationConnection> {
  const connection = await open(address, address.database).catch(async (error: unknown) => {
    const isMissing = ['ER_BAD_DB_ERROR', 'ER_DBACCESS_DENIED_ERROR'].includes(driverCode(error));
    if (!isMissing || !create) throw connectionFailure(address, error);
    await createDatabase(address);
    return open(address, address.database);
  });
  // A session that the server ends reports it here too; the statement under way reports it to the caller.
  connection.on('error', () => undefined);
  await connection.query(`${sessionSettings}, lock_wait_timeout = ${TABLE_LOCK_SECONDS}`);
  return new MysqlMigrationConnection(connection);
}
