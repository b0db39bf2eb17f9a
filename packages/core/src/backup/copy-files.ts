import { copyFile, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { column, type OwnConnection } from '@slimy/db';
import { isErrno } from '../errno.js';
import { hashOfFile, writeFailure } from '../lifecycle/archive-file.js';
import type { BackupManifest } from './manifest.js';

type Files = BackupManifest['files'];

/** Copies a file from its place below `DATA_DIR` into a backup; null when it is not there. */
async function copied(dataDir: string, path: string, backup: string): Promise<Files[number] | null> {
  const copy = join(backup, 'files', path);
  await mkdir(dirname(copy), { recursive: true, mode: 0o700 });
  try {
    await copyFile(join(dataDir, path), copy);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw writeFailure(copy, error);
  }
  return { path, bytes: (await stat(copy)).size, sha256: await hashOfFile(copy) };
}

/** Copies the files that the archives of a snapshot name; tells which of them are not there. */
export async function copyArchives(
  { sql }: OwnConnection,
  dataDir: string,
  backup: string,
): Promise<{ readonly files: Files; readonly missing: readonly string[] }> {
  const named = await sql.query(
    `SELECT file_name FROM archives WHERE state NOT IN ('writing', 'failed') ORDER BY id`,
    [],
    { file_name: column.text },
  );
  const files: Files = [];
  const missing: string[] = [];
  for (const { file_name: name } of named) {
    const path = join('archives', name);
    const file = await copied(dataDir, path, backup);
    if (file === null) missing.push(path);
    else files.push(file);
  }
  return { files, missing };
}
