import { tableModels } from '../generated/tables.js';
import { connect, engineOf, type MigrationDatabase } from './connect.js';
import type { MigrationConnection } from './connection.js';
import { readMigrationFiles } from './migration-folder.js';
import { readRecords } from './migration-records.js';
import { compareRecords, type MigrationStatus } from './migration-status.js';
import { wrongCounters } from './maintained-counters.js';
import { prismaFolder } from './prisma-folder.js';
import { readMysqlShapes } from './read-mysql-shapes.js';
import { readSqliteShapes } from './read-sqlite-shapes.js';
import { shapeDifferences } from './shape-differences.js';
import { expectedShape } from './table-shape.js';
import { triggerDrift } from './trigger-drift.js';

/** What is wrong with a database; all lists empty and `migrations.ready` means nothing is. */
export interface DatabaseCheck {
  readonly migrations: MigrationStatus;
  /** Where tables, columns, indexes or keys differ from the Prisma schema, one line each. */
  readonly drift: readonly string[];
  /**
   * Where triggers differ from those that migrations and scripts make, one line each. To a MySQL account without
   * the TRIGGER privilege all of them are missing.
   */
  readonly triggers: readonly string[];
  /** Stored counts that are not what is counted; looked at only where nothing has drifted. */
  readonly counters: readonly string[];
}

async function readDrift(connection: MigrationConnection): Promise<string[]> {
  const { engine } = connection;
  const found = await (engine === 'mysql' ? readMysqlShapes : readSqliteShapes)(connection);
  return shapeDifferences(
    tableModels.map((model) => expectedShape(engine, model)),
    found,
  );
}

/**
 * Holds a database against the program: its migrations, its tables column by column, index by index and key by
 * key, its triggers, and its maintained counters. Changes nothing.
 * @throws MigrationError `WRONG_FOLDER`.
 * @throws DatabaseError `unavailable`.
 */
export async function checkDatabase(
  database: MigrationDatabase,
  folder: string = prismaFolder,
): Promise<DatabaseCheck> {
  const files = readMigrationFiles(folder, engineOf(database));
  const connection = await connect(database, false);
  try {
    const migrations = compareRecords(files, await readRecords(connection));
    const drift = await readDrift(connection);
    const counters = drift.length === 0 ? await wrongCounters(connection) : [];
    const triggers = await triggerDrift(connection, files);
    return { migrations, drift, triggers, counters };
  } finally {
    await connection.close();
  }
}
