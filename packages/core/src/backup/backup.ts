import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Secrets, Settings } from '@slimy/config';
import { column, migrationStatus, openSnapshot, tableNames, type OwnConnection } from '@slimy/db';
import { isErrno } from '../errno.js';
import { AppError } from '../errors.js';
import { hashOfFile, writeRowFile, type OpenFile } from '../lifecycle/archive-file.js';
import type { TaskProgress } from '../operator/task.js';
import { databaseOptions } from '../process/open-database.js';
import type { Logger } from '../logger.js';
import { backupFormat, keyFingerprint, MANIFEST, type BackupManifest } from './manifest.js';
import { tablePages } from './table-pages.js';

/** Folders of `DATA_DIR` that go along, as they are. */
const folders = ['uploads', 'archives'] as const;
/** What is only about the processes that run now. */
const transient: ReadonlySet<string> = new Set(['program_processes']);

export interface BackupParts {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly openFile?: OpenFile | undefined;
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

/** Copies the files below a folder of `DATA_DIR`; one that goes away meanwhile was erased, or swept. */
async function copyFolder(dataDir: string, name: string, target: string): Promise<BackupManifest['files']> {
  const source = join(dataDir, name);
  const found = await readdir(source, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
  const copied: BackupManifest['files'] = [];
  for (const entry of found.filter((one) => one.isFile() && !one.name.endsWith('.partial'))) {
    const path = join(entry.parentPath, entry.name).slice(dataDir.length + 1);
    const copy = join(target, 'files', path);
    await mkdir(dirname(copy), { recursive: true, mode: 0o700 });
    try {
      await copyFile(join(dataDir, path), copy);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) continue;
      throw error;
    }
    copied.push({ path, bytes: (await stat(copy)).size, sha256: await hashOfFile(copy) });
  }
  return copied;
}

/**
 * Writes a backup into a new folder: every table as of one instant, while others go on writing, and the files beside
 * the database. Keys are not in it, their fingerprint is. A folder without its manifest is no backup.
 * @throws AppError when the disk is full; what was written is removed again
 */
export async function makeBackup(folder: string, parts: BackupParts, run: BackupRun): Promise<BackupResult> {
  const { settings, secrets, logger } = parts;
  const { now, progress, signal } = run;
  const partial = `${folder}.partial`;
  const { applied } = await migrationStatus(databaseOptions(settings, logger));
  const snapshot = await openSnapshot(databaseOptions(settings, logger));
  try {
    await mkdir(partial, { recursive: true, mode: 0o700 });
    const facts = { schemaVersion: applied.at(-1) ?? '', now, sink: parts.openFile };
    const names = tableNames.filter((table) => !transient.has(table));
    const tables: BackupManifest['tables'] = [];
    for (const table of names) {
      signal?.throwIfAborted();
      progress({ step: table, done: tables.length, total: names.length });
      tables.push(await writeTable(snapshot, partial, table, facts));
    }
    const files = (
      await Promise.all(folders.map((name) => copyFolder(settings.DATA_DIR, name, partial)))
    ).flat();
    const manifest: BackupManifest = {
      format: backupFormat,
      createdAt: now.toISOString(),
      engine: snapshot.sql.engine,
      migrations: [...applied],
      keyFingerprint: keyFingerprint(secrets),
      tables,
      files,
    };
    await writeFile(join(partial, MANIFEST), JSON.stringify(manifest, null, 2), { mode: 0o600, flush: true });
    await rename(partial, folder);
    const sum = (sizes: readonly { readonly bytes: number }[]) =>
      sizes.reduce((total, { bytes }) => total + bytes, 0);
    return {
      folder,
      rows: tables.reduce((total, { rowCount }) => total + rowCount, 0),
      tables: tables.length,
      files: files.length,
      bytes: sum(tables) + sum(files),
    };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  } finally {
    await snapshot.close();
  }
}
