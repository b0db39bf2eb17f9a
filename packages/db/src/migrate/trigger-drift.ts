import type { MigrationConnection } from './connection.js';
import type { MigrationFiles } from './migration-folder.js';
import { readTriggers } from './read-triggers.js';
import { triggerDifferences } from './shape-differences.js';
import { expectedTriggers } from './trigger-shape.js';

/** Where the triggers of a database differ from those that migrations and scripts make, one line each. */
export async function triggerDrift(
  connection: MigrationConnection,
  files: MigrationFiles,
): Promise<string[]> {
  return triggerDifferences(expectedTriggers(connection.engine, files), await readTriggers(connection));
}
