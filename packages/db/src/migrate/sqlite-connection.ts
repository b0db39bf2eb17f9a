import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseError } from '../errors.js';
import { SqliteConnection } from '../sqlite/connection.js';
import type { MigrationConnection, Row, SqlValue } from './connection.js';
import { isBusy, messageOf } from './migration-error.js';

const OPEN_WAIT_MS = 5000;
const OPEN_STEP_MS = 20;

class SqliteMigrationConnection implements MigrationConnection {
  readonly engine = 'sqlite';
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async execute(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return (await this.#connection.run(sql, values)).changes;
  }

  async query(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    const { names, rows } = await this.#connection.run(sql, values);
    return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])));
  }

  async close(): Promise<void> {
    this.#connection.close();
  }
}

/** Opening sets the journal's mode, for which the file must be free for a moment. */
async function open(file: string): Promise<SqliteConnection> {
  const end = performance.now() + OPEN_WAIT_MS;
  for (;;) {
    try {
      return new SqliteConnection(file, () => undefined);
    } catch (error) {
      if (!isBusy(error) || performance.now() > end) throw error;
    }
    await pause(OPEN_STEP_MS * (0.5 + Math.random()));
  }
}

/**
 * Opens the file, and creates it with its folder where that is asked for.
 * @throws DatabaseError `unavailable` when the file is missing or cannot be opened.
 */
export async function connectSqlite(file: string, create: boolean): Promise<MigrationConnection> {
  try {
    if (!create && !existsSync(file)) throw new Error('there is no such file');
    return new SqliteMigrationConnection(await open(file));
  } catch (error) {
    throw new DatabaseError(
      'unavailable',
      `The database file ${file} cannot be opened: ${messageOf(error)}. Check that this user may write to its folder (DATA_DIR or DATABASE_URL=file:…); npm run db:migrate creates a missing file.`,
      { cause: error },
    );
  }
}
