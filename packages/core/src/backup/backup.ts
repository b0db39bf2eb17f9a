import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secrets, Settings } from '@slimy/config';
import {
  column,
  migrationStatus,
  openDatabase,
  openSnapshot,
  tableNames,
  type OwnConnection,
} from '@slimy/db';
import { AppError } from '../errors.js';
import { writeFailure, writeRowFile, type OpenFile } from '../lifecycle/archive-file.js';
import type { TaskProgress } from '../operator/task.js';
import { databaseOptions } from '../process/open-database.js';
import type { Logger } from '../logger.js';
import { openFileStore, type FileStore } from '../uploads/file-store.js';
import { copyArchives } from './copy-files.js';
import { backupFormat, keyFingerprint, writeManifest, type BackupManifest } from './manifest.js';
import { tablePages } from './table-pages.js';
import { copyUploads } from './uploads.js';

/** How often a backup begins anew because an archive's file was written anew at that moment, and the pause before. */
const MOST_SNAPSHOTS = 5;
const PAUSE_MS = 200;
/** What is only about the processes that run now. */
const transient: ReadonlySet<string> = new Set(['program_processes']);

export interface BackupParts {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly openFile?: OpenFile | undefined;
  /** Where the bytes of uploads are; what the settings name without it. */
  readonly files?: FileStore | undefined;
}

interface BackupRun {
  readonly now: Date;
  readonly progress: (progress: TaskProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What a backup holds. */
export interface BackupResult {
  readonly folder: string;
  readonly rows: number;
  readonly tables: number;
  readonly files: number;
  readonly bytes: number;
  /** Files that were lost before; the backup is whole without them. */
  readonly missing: readonly string[];
}

async function writeTable(
  snapshot: OwnConnection,
  folder: string,
  table: string,
  facts: { readonly schemaVersion: string; readonly now: Date; readonly sink: OpenFile | undefined },
): Promise<BackupManifest['tables'][number]> {
  const { schemaVersion, now, sink } = facts;
  const file = `tables/${table}.jsonl.gz`;
  const pages = tablePages(snapshot.sql, table);
  const written = await writeRowFile(join(folder, file), { table, schemaVersion }, pages, { now, sink });
  const counted = await snapshot.sql.one(`SELECT COUNT(*) AS count FROM ${table}`, [], { count: column.int });
  if (counted?.count !== written.rowCount) {
    throw new AppError('internal', `${table}: ${counted?.count} rows counted, ${written.rowCount} written.`);
  }
  const { rowCount, bytes, sha256, rowsSha256 } = written;
  return { table, file, rowCount, bytes, sha256, rowsSha256 };
}

/** Copies the files of uploads from where the settings have them. */
async function uploadsOf(
  snapshot: OwnConnection,
  folder: string,
  { settings, logger, files }: BackupParts,
  { now, progress, signal }: BackupRun,
): ReturnType<typeof copyUploads> {
  const store = files ?? (await openFileStore(settings));
  const live = await openDatabase(databaseOptions(settings, logger));
  try {
    return await copyUploads({ snapshot, store, live, now, progress, signal }, folder);
  } finally {
    await live.close();
    // What was handed in is closed by whoever made it.
    if (!files) store.close();
  }
}

/**
 * Writes a backup into a new folder: every table as of one instant, while others go on writing, and the files beside
 * the database. Keys are not in it, their fingerprint is. A folder without its manifest is no backup.
 * @throws AppError when the disk is full; what was written is removed again
 */
export async function makeBackup(folder: string, parts: BackupParts, run: BackupRun): Promise<BackupResult> {
  for (let attempt = 1; ; attempt += 1) {
    const made = await makeOnce(folder, parts, { ...run, isLast: attempt === MOST_SNAPSHOTS });
    if (made !== null) return made;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Null when a file that the snapshot names was written anew before it could be copied, unless it is the last attempt. */
async function makeOnce(
  folder: string,
  parts: BackupParts,
  run: BackupRun & { readonly isLast: boolean },
): Promise<BackupResult | null> {
  const { settings, secrets, logger } = parts;
  const { now, progress, signal, isLast } = run;
  const partial = `${folder}.partial`;
  const { applied } = await migrationStatus(databaseOptions(settings, logger));
  const snapshot = await openSnapshot(databaseOptions(settings, logger));
  try {
    // What a killed run has left may hold what was erased since.
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true, mode: 0o700 });
    progress({ step: 'archives', done: 0, total: null });
    const archives = await copyArchives(snapshot, settings.DATA_DIR, partial);
    if (archives.missing.length > 0) {
      if (!isLast) {
        await rm(partial, { recursive: true, force: true });
        return null;
      }
      logger.warn({ files: archives.missing }, 'Files of archives are lost; the backup goes without them');
    }
    const facts = { schemaVersion: applied.at(-1) ?? '', now, sink: parts.openFile };
    const names = tableNames.filter((table) => !transient.has(table));
    const tables: BackupManifest['tables'] = [];
    for (const table of names) {
      signal?.throwIfAborted();
      progress({ step: table, done: tables.length, total: names.length });
      tables.push(await writeTable(snapshot, partial, table, facts));
    }
    const uploads = await uploadsOf(snapshot, partial, parts, run);
    if (uploads.missing.length > 0) {
      logger.warn({ files: uploads.missing }, 'Files of uploads are lost; the backup goes without them');
    }
    const files = [...archives.files, ...uploads.files];
    const missing = [...archives.missing, ...uploads.missing];
    const manifest: BackupManifest = {
      format: backupFormat,
      createdAt: now.toISOString(),
      engine: snapshot.sql.engine,
      migrations: [...applied],
      keyFingerprint: keyFingerprint(secrets),
      tables,
      files,
      missing,
    };
    await writeManifest(partial, manifest, parts.openFile);
    await rename(partial, folder);
    const sum = (sizes: readonly { readonly bytes: number }[]) =>
      sizes.reduce((total, { bytes }) => total + bytes, 0);
    return {
      folder,
      rows: tables.reduce((total, { rowCount }) => total + rowCount, 0),
      tables: tables.length,
      files: files.length,
      bytes: sum(tables) + sum(files),
      missing,
    };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw writeFailure(partial, error);
  } finally {
    await snapshot.close();
  }
}
