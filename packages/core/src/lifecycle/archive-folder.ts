import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveStates, repositories, timeOrderedId, type ArchiveRow, type Database } from '@slimy/db';
import { isErrno } from '../errno.js';

/** `kind-id[.revision-random].jsonl.gz`, and what is being written besides. */
const NAME = /^[a-z_]+-([0-9A-Z]{26})(?:\.(\d+)-[0-9A-Z]{26})?\.jsonl\.gz(?:\.partial)?$/;

/** The file an archive begins with. */
export function archiveFileName(kind: string, id: string): string {
  return `${kind}-${id}.jsonl.gz`;
}

/** How often the file was written anew since; null for a file that is no archive's. */
function placeOf(file: string): { readonly id: string; readonly revision: number } | null {
  const [, id, revision = '0'] = NAME.exec(file) ?? [];
  return id === undefined ? null : { id, revision: Number(revision) };
}

/** A name for the archive's file once it is written anew; another one for each who does so. */
export function nextFileName({ id, kind, fileName }: ArchiveRow): string {
  const revision = (placeOf(fileName)?.revision ?? 0) + 1;
  return `${kind}-${id}.${revision}-${timeOrderedId()}.jsonl.gz`;
}

/**
 * Whether a file is one that an archive has left behind: its archive is gone, or names another one that is as new.
 * A newer one may be about to be named. `named` are the files of the archives by their ids.
 */
function isLeftBehind(file: string, named: ReadonlyMap<string, string>): boolean {
  const place = placeOf(file);
  if (place === null) return false;
  const current = named.get(place.id);
  if (current === undefined) return true;
  const whole = file.replace(/\.partial$/, '');
  return whole !== current && place.revision <= (placeOf(current)?.revision ?? 0);
}

/** The files of the folder; none where it does not exist. */
async function filesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
}

/** Deletes the files that archives have left behind: a process was killed before it could remove them. */
export async function removeStrays({
  database,
  dataDir,
}: {
  readonly database: Database;
  readonly dataDir: string;
}): Promise<void> {
  const folder = join(dataDir, 'archives');
  // The folder first: whatever stands in it then, its archive was noted before.
  const files = await filesIn(folder);
  if (files.length === 0) return;
  const archives = await repositories(database).archives.inStates(archiveStates, 1_000_000);
  const named = new Map(archives.map(({ id, fileName }) => [id, fileName]));
  for (const file of files) if (isLeftBehind(file, named)) await rm(join(folder, file), { force: true });
}
