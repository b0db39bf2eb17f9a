import { createHash } from 'node:crypto';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  column,
  insertPlainRows,
  migrate,
  migrationStatus,
  openDatabase,
  openLoader,
  repositories,
  tableNames,
  type OwnConnection,
  type PlainRow,
} from '@slimy/db';
import { SealHeads } from '../audit/seal-heads.js';
import { AppError } from '../errors.js';
import { readRowFile, requireIntact } from '../lifecycle/archive-file.js';
import type { TaskProgress } from '../operator/task.js';
import { databaseOptions, migrationTarget } from '../process/open-database.js';
import { beginRestore, UNFINISHED_RESTORE } from '../process/unfinished-restore.js';
import { openFileStore } from '../uploads/file-store.js';
import type { BackupParts } from './backup.js';
import { keyFingerprint, readManifest, type BackupManifest } from './manifest.js';
import { tablePages } from './table-pages.js';
import { isUpload, putUploads } from './uploads.js';

interface RestoreRun {
  readonly verify: boolean;
  readonly now: Date;
  readonly progress: (progress: TaskProgress) => void;
}

/** What was restored. */
export interface RestoreResult {
  readonly rows: number;
  readonly tables: number;
  readonly files: number;
  /** Files that were lost before the backup was made. */
  readonly missing: readonly string[];
  /** Whether counts and checksums were compared with those of the snapshot. */
  readonly verified: boolean;
  /**
   * The file beside `audit/heads.jsonl` that keeps the heads of seals from before; null where there were none.
   * Verification holds the restored trail against heads of its own.
   */
  readonly headsSetAside: string | null;
}

/** Tables that say whether a database is in use. */
const telling = ['users', 'guilds', 'audit_logs'] as const;

async function requireEmpty({ sql }: OwnConnection): Promise<void> {
  for (const table of telling) {
    const row = await sql.one(`SELECT COUNT(*) AS count FROM ${table}`, [], { count: column.int });
    if (row?.count === 0) continue;
    throw new AppError(
      'already_exists',
      `The database has rows in ${table}; a backup goes into an empty one.`,
      {
        remedy: 'Name a new database in DATABASE_URL, or another DATA_DIR.',
      },
    );
  }
}

/** Gives whether the backup is of an older schema. Refuses what could not work: keys that do not fit, a backup of a newer program, a file that is not the one written. */
async function requireFit(folder: string, manifest: BackupManifest, parts: BackupParts): Promise<boolean> {
  if (manifest.keyFingerprint !== keyFingerprint(parts.secrets)) {
    throw new AppError('not_configured', 'The keys are not those of the installation that was backed up.', {
      remedy: 'Set AUDIT_KEY and ENCRYPTION_KEYS to its keys, or copy its DATA_DIR/secrets here first.',
    });
  }
  const { applied } = await migrationStatus(databaseOptions(parts.settings, parts.logger));
  const newer = manifest.migrations.filter((name) => !applied.includes(name));
  if (newer.length > 0) {
    throw new AppError('contract_mismatch', `The backup is of a newer program: ${newer.join(', ')}.`, {
      remedy: 'Restore it with that version.',
    });
  }
  for (const { file, sha256 } of manifest.tables) await requireIntact(join(folder, file), sha256);
  for (const { path, sha256 } of manifest.files) await requireIntact(join(folder, 'files', path), sha256);
  return applied.length > manifest.migrations.length;
}

/** The mark of the restore that is under way is no row of the backup. */
const isMark = ({ name }: PlainRow, table: string): boolean =>
  table === 'program_facts' && name === UNFINISHED_RESTORE;

async function load(
  loader: OwnConnection,
  folder: string,
  entry: BackupManifest['tables'][number],
): Promise<void> {
  const { batches } = await readRowFile(join(folder, entry.file));
  for await (const rows of batches) {
    await loader.sql.execute('BEGIN');
    const own = rows.filter((row) => !isMark(row, entry.table));
    await insertPlainRows(loader.sql, entry.table, own);
    await loader.sql.execute('COMMIT');
  }
}

/** Holds a restored table against what was counted and summed inside the snapshot. */
async function compare(
  loader: OwnConnection,
  entry: BackupManifest['tables'][number],
  older: boolean,
): Promise<void> {
  const hash = createHash('sha256');
  let count = 0;
  for await (const page of tablePages(loader.sql, entry.table)) {
    const rows = page.filter((row) => !isMark(row, entry.table));
    hash.update(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    count += rows.length;
  }
  // Rows of an older schema have got columns since, so that only their number can be compared.
  const same = older || hash.digest('hex') === entry.rowsSha256;
  if (count === entry.rowCount && same) return;
  throw new AppError('internal', `${entry.table} is not as it was: ${count} rows of ${entry.rowCount}.`, {
    remedy: 'Restore into a new database again; if it happens again, the backup cannot be trusted.',
  });
}

/** Puts archives below `DATA_DIR` and uploads into the storage that the settings name. */
async function restoreFiles(
  folder: string,
  { files }: BackupManifest,
  { settings, files: handedIn }: BackupParts,
  run: RestoreRun,
): Promise<void> {
  for (const file of files.filter((one) => !isUpload(one))) {
    const target = join(settings.DATA_DIR, file.path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await copyFile(join(folder, 'files', file.path), target);
    if (run.verify) await requireIntact(target, file.sha256);
  }
  const uploads = files.filter(isUpload);
  if (uploads.length === 0) return;
  const store = handedIn ?? (await openFileStore(settings));
  try {
    await putUploads(folder, uploads, store, run);
  } finally {
    if (!handedIn) store.close();
  }
}

/**
 * Restores a backup into the empty database and data folder of the settings, whichever engine either of them is.
 * Nothing else may use them meanwhile. People who were erased since the backup are for the caller to take out again;
 * until "restore.finish" has done so the database is marked, and no program starts on it.
 * @throws AppError saying what does not fit
 */
export async function restoreBackup(
  folder: string,
  parts: BackupParts,
  run: RestoreRun,
): Promise<RestoreResult> {
  const { settings, logger } = parts;
  const manifest = await readManifest(folder);
  await migrate({ database: migrationTarget(settings), logger });
  const older = await requireFit(folder, manifest, parts);
  const restored = await putBack(folder, manifest, parts, { ...run, older });
  // Last of all, so that a restore that failed leaves the heads to the database that is still in use.
  return { ...restored, headsSetAside: await beginHeads(parts, run.now) };
}

/** Seals after the backup are in the old heads and not in this database: held against them it would look cut off. */
async function beginHeads({ settings, logger }: BackupParts, now: Date): Promise<string | null> {
  const database = await openDatabase(databaseOptions(settings, logger));
  try {
    const heads = new SealHeads(settings.DATA_DIR);
    const setAside = await heads.setAside(now);
    await heads.catchUp(repositories(database).auditSeals);
    return setAside;
  } finally {
    await database.close();
  }
}

async function putBack(
  folder: string,
  manifest: BackupManifest,
  parts: BackupParts,
  run: RestoreRun & { readonly older: boolean },
): Promise<Omit<RestoreResult, 'headsSetAside'>> {
  const { settings, logger } = parts;
  const loader = await openLoader(databaseOptions(settings, logger));
  try {
    await requireEmpty(loader);
    await beginRestore(loader, run.now);
    const known = manifest.tables.filter(({ table }) => tableNames.includes(table));
    const steps = known.length * (run.verify ? 2 : 1);
    let done = 0;
    for (const entry of known) {
      run.progress({ step: `restoring ${entry.table}`, done, total: steps });
      const others = entry.table === 'program_facts' ? ` WHERE name <> '${UNFINISHED_RESTORE}'` : '';
      await loader.sql.execute(`DELETE FROM ${entry.table}${others}`);
      await load(loader, folder, entry);
      done += 1;
    }
    await restoreFiles(folder, manifest, parts, run);
    for (const entry of run.verify ? known : []) {
      run.progress({ step: `verifying ${entry.table}`, done, total: steps });
      await compare(loader, entry, run.older);
      done += 1;
    }
    return {
      rows: known.reduce((total, { rowCount }) => total + rowCount, 0),
      tables: known.length,
      files: manifest.files.length,
      missing: manifest.missing,
      verified: run.verify,
    };
  } finally {
    await loader.close();
  }
}
