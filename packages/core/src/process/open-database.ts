import type { Settings } from '@slimy/config';
import { migrate, openDatabase, type Database, type DatabaseOptions } from '@slimy/db';
import { systemClock } from '../clock.js';
import { seedDemo } from '../demo/seed.js';
import type { Logger } from '../logger.js';
import { requireFinishedRestore } from './unfinished-restore.js';

/** How the settings say the database is reached. */
export function databaseOptions(settings: Settings, logger: Logger): DatabaseOptions {
  return {
    url: settings.DATABASE_URL,
    tls: settings.DATABASE_TLS,
    caFile: settings.DATABASE_CA_FILE,
    poolSize: settings.DATABASE_POOL_SIZE,
    slowQueryMs: settings.SLOW_QUERY_MS,
    logger,
  };
}

/** The database with the account that may change its schema. */
export function migrationTarget(settings: Settings): Pick<DatabaseOptions, 'url' | 'tls' | 'caFile'> {
  return {
    url: settings.DATABASE_MIGRATE_URL ?? settings.DATABASE_URL,
    tls: settings.DATABASE_TLS,
    caFile: settings.DATABASE_CA_FILE,
  };
}

/** Fills a database without guilds with the demo community. */
export async function seedDatabase(settings: Settings, logger: Logger): Promise<void> {
  const database = await openDatabase(databaseOptions(settings, logger));
  try {
    // What a restore has begun is not a new database, however empty it is.
    await requireFinishedRestore(database);
    await seedDemo(database, systemClock);
  } finally {
    await database.close();
  }
}

/**
 * Brings the database to this program's schema, seeds a new one, and opens it.
 * @throws MigrationError, DatabaseError with what to do
 */
export async function openMigrated(settings: Settings, logger: Logger): Promise<Database> {
  const seed = { name: 'demo', run: () => seedDatabase(settings, logger) };
  await migrate({ database: migrationTarget(settings), logger, seed: settings.DEMO ? seed : undefined });
  return openDatabase(databaseOptions(settings, logger));
}
