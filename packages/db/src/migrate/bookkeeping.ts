import type { Engine } from '../sql/direct-sql.js';
import type { MigrationConnection } from './connection.js';

/** Tables that belong to the runner and the guards, not to the data model. */
export const BOOKKEEPING_PREFIX = '_';

const MYSQL_TABLE = 'ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

const LOCK_TABLE: Record<Engine, string> = {
  mysql: `CREATE TABLE IF NOT EXISTS _slimy_migration_lock (id INT PRIMARY KEY, owner VARCHAR(64), holder VARCHAR(255), session_id BIGINT, heartbeat_at BIGINT NOT NULL, expires_at BIGINT NOT NULL) ${MYSQL_TABLE}`,
  sqlite:
    'CREATE TABLE IF NOT EXISTS _slimy_migration_lock (id INTEGER PRIMARY KEY, owner TEXT, holder TEXT, session_id BIGINT, heartbeat_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)',
};

const STEP_TABLE: Record<Engine, string> = {
  mysql: `CREATE TABLE IF NOT EXISTS _slimy_migration_steps (migration_name VARCHAR(255) NOT NULL, step INT NOT NULL, statement_hash VARCHAR(64) NOT NULL, state VARCHAR(16) NOT NULL, fingerprint VARCHAR(64), error TEXT, started_at DATETIME(3), finished_at DATETIME(3), PRIMARY KEY (migration_name, step)) ${MYSQL_TABLE}`,
  sqlite:
    'CREATE TABLE IF NOT EXISTS _slimy_migration_steps (migration_name TEXT NOT NULL, step INTEGER NOT NULL, statement_hash TEXT NOT NULL, state TEXT NOT NULL, fingerprint TEXT, error TEXT, started_at DATETIME, finished_at DATETIME, PRIMARY KEY (migration_name, step))',
};

const RUN_TABLE: Record<Engine, string> = {
  mysql: `CREATE TABLE IF NOT EXISTS _slimy_migration_runs (kind VARCHAR(16) NOT NULL, name VARCHAR(255) NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at DATETIME(3) NOT NULL, PRIMARY KEY (kind, name)) ${MYSQL_TABLE}`,
  sqlite:
    'CREATE TABLE IF NOT EXISTS _slimy_migration_runs (kind TEXT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, finished_at DATETIME NOT NULL, PRIMARY KEY (kind, name))',
};

// Prisma's own table, as its engine creates it.
const HISTORY_TABLE: Record<Engine, string> = {
  mysql:
    'CREATE TABLE IF NOT EXISTS _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at DATETIME(3), migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at DATETIME(3), started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci',
  sqlite:
    'CREATE TABLE IF NOT EXISTS "_prisma_migrations" ("id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL, "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp, "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)',
};

/** Creates the row the lock is taken on, where it is missing; safe from many processes at once. */
export async function createLockTable(connection: MigrationConnection): Promise<void> {
  await connection.execute(LOCK_TABLE[connection.engine]);
  const ignore = connection.engine === 'mysql' ? 'INSERT IGNORE' : 'INSERT OR IGNORE';
  await connection.execute(
    `${ignore} INTO _slimy_migration_lock (id, heartbeat_at, expires_at) VALUES (1, 0, 0)`,
  );
}

/** Creates what the runner writes into; the history last, so that its presence says that all are there. */
export async function createBookkeeping(connection: MigrationConnection): Promise<void> {
  await connection.execute(STEP_TABLE[connection.engine]);
  await connection.execute(RUN_TABLE[connection.engine]);
  await connection.execute(HISTORY_TABLE[connection.engine]);
}

/** The names of all tables (no views) of the database. */
export async function tableNames(connection: MigrationConnection): Promise<ReadonlySet<string>> {
  const rows = await connection.query(
    connection.engine === 'mysql'
      ? `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'`
      : `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
  );
  return new Set(rows.map((row) => String(row['name'])));
}

/** An instant as the engine's DATETIME columns hold it in Prisma's history table. */
export function storedInstant(engine: Engine, instant: Date): string {
  const iso = instant.toISOString();
  return engine === 'mysql' ? iso.slice(0, 23).replace('T', ' ') : iso.replace('Z', '+00:00');
}
