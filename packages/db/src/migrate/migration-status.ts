import { BOOKKEEPING_PREFIX, tableNames } from './bookkeeping.js';
import { connect, engineOf, type MigrationDatabase } from './connect.js';
import type { MigrationConnection } from './connection.js';
import { MigrationError } from './migration-error.js';
import { isUnchanged, readMigrationFiles, type MigrationFiles } from './migration-folder.js';
import { readRecords, type MigrationRecords } from './migration-records.js';
import { prismaFolder } from './prisma-folder.js';

/** Where a database stands, by the names of migrations and scripts. */
export interface MigrationStatus {
  /** Nothing is pending, half done or unknown: the program may serve. */
  readonly ready: boolean;
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Begun and not finished; `failure` is what the database said, null after a kill. */
  readonly unfinished: readonly { readonly name: string; readonly failure: string | null }[];
  /** Applied to the database, unknown to this program: a newer one did it. */
  readonly unknown: readonly string[];
  /** Applied, and the file has changed since. */
  readonly edited: readonly string[];
  /** Scripts that never ran here, or have changed since. */
  readonly scriptsPending: readonly string[];
}

const NOTHING: MigrationRecords = { history: [], journal: [], runs: [] };

/** Holds what the database records against the files. */
export function compareRecords(files: MigrationFiles, records: MigrationRecords | null): MigrationStatus {
  const { history, runs } = records ?? NOTHING;
  const recorded = new Map(history.map((entry) => [entry.name, entry]));
  const known = new Set(files.migrations.map(({ name }) => name));
  const applied = files.migrations.filter(({ name }) => recorded.get(name)?.finished);
  const pending = files.migrations.filter(({ name }) => !recorded.get(name)?.finished);
  const unknown = history.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  const ranScripts = new Map(
    runs.filter(({ kind }) => kind === 'script').map(({ name, checksum }) => [name, checksum]),
  );
  const scriptsPending = files.scripts.filter((script) => {
    const checksum = ranScripts.get(script.name);
    return checksum === undefined || !isUnchanged(script, checksum);
  });
  return {
    ready: records !== null && pending.length + unknown.length + scriptsPending.length === 0,
    applied: applied.map(({ name }) => name),
    pending: pending.map(({ name }) => name),
    unfinished: history
      .filter(({ finished }) => !finished)
      .map(({ name, failure }) => ({ name, failure: failure || null })),
    unknown,
    edited: applied
      .filter((file) => !isUnchanged(file, recorded.get(file.name)?.checksum ?? ''))
      .map(({ name }) => name),
    scriptsPending: scriptsPending.map(({ name }) => name),
  };
}

/** @throws MigrationError `NEWER` when the database knows migrations that this program does not. */
export function refuseNewer(status: MigrationStatus): void {
  if (status.unknown.length === 0) return;
  throw new MigrationError(
    'NEWER',
    `The database was migrated by a newer version of the program: it knows ${status.unknown.join(', ')}.\n` +
      'Nothing was changed. Start that newer version, or restore a backup from before its first start.',
  );
}

/** @throws MigrationError `NOT_OURS` when there are tables, and no history of how they came there. */
export async function refuseForeign(
  connection: MigrationConnection,
  records: MigrationRecords | null,
): Promise<void> {
  if (records !== null) return;
  const foreign = [...(await tableNames(connection))].filter((name) => !name.startsWith(BOOKKEEPING_PREFIX));
  if (foreign.length === 0) return;
  throw new MigrationError(
    'NOT_OURS',
    `The database has tables (${foreign.slice(0, 5).join(', ')}${foreign.length > 5 ? ', …' : ''}) but no migration history, so this program did not create it.\n` +
      'Nothing was changed. Name an empty database in DATABASE_URL.',
  );
}

/**
 * Where the database stands, read without a lock and without changing anything.
 * @throws MigrationError `WRONG_FOLDER`.
 * @throws DatabaseError `unavailable`.
 */
export async function migrationStatus(
  database: MigrationDatabase,
  folder: string = prismaFolder,
): Promise<MigrationStatus> {
  const files = readMigrationFiles(folder, engineOf(database));
  const connection = await connect(database, false);
  try {
    return compareRecords(files, await readRecords(connection));
  } finally {
    await connection.close();
  }
}
