import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repositories, type ArchiveRow, type Database, type PlainRow } from '@slimy/db';
import type { Clock } from '../clock.js';
import { readRowFile, writeRowFile, type OpenFile } from '../lifecycle/archive-file.js';
import { nextFileName } from '../lifecycle/archive-folder.js';
import { AUDIT_KIND } from './archive.js';

interface ErasureParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly openFile?: OpenFile | undefined;
}

async function eraseFrom(
  parts: ErasureParts,
  archive: ArchiveRow,
  isTheirs: (row: PlainRow) => boolean,
): Promise<void> {
  const { archives } = repositories(parts.database);
  const pathOf = (fileName: string) => join(parts.dataDir, 'archives', fileName);
  const file = pathOf(archive.fileName);
  let found = false;
  const { header, batches } = await readRowFile(file);
  for await (const rows of batches) found ||= rows.some(isTheirs);
  if (!found) return;
  async function* without(): AsyncGenerator<PlainRow[]> {
    for await (const rows of (await readRowFile(file)).batches)
      yield rows.map((row) => (isTheirs(row) ? { ...row, personal: null } : row));
  }
  const fileName = nextFileName(archive);
  const target = pathOf(fileName);
  const written = await writeRowFile(target, header, without(), {
    now: parts.clock.now(),
    sink: parts.openFile,
  });
  const replaced = await archives.replaceFile(archive, {
    fileName,
    rowCount: BigInt(written.rowCount),
    bytes: BigInt(written.bytes),
    contentHash: written.sha256,
  });
  await rm(replaced ? file : target, { force: true });
  // Another erasure was first: once more, from what it has made.
  const current = replaced ? null : await archives.byId(archive.id);
  if (current) await eraseFrom(parts, current, isTheirs);
}

/**
 * Takes the personal parts that mention somebody out of the archives of the audit trail; the records stay, as they do
 * in the database. Gives whether that is all: an archive that is being written is to be looked at again.
 */
export async function eraseFromAuditArchives(
  parts: ErasureParts,
  texts: readonly string[],
): Promise<boolean> {
  const states = ['writing', 'written', 'deleting', 'done', 'restoring', 'restored'] as const;
  const isTheirs = ({ personal }: PlainRow): boolean => {
    const said = JSON.stringify(personal ?? null);
    return texts.some((text) => said.includes(text));
  };
  const all = await repositories(parts.database).archives.inStates(states, 100_000);
  const own = all.filter(({ kind }) => kind === AUDIT_KIND);
  for (const archive of own) if (archive.state !== 'writing') await eraseFrom(parts, archive, isTheirs);
  return own.every(({ state }) => state !== 'writing');
}
