import { join } from 'node:path';
import {
  personalTable,
  readPlainRows,
  repositories,
  type ArchiveRow,
  type Database,
  type PlainRow,
  type SqlExecutor,
} from '@slimy/db';
import { AUDIT_KIND } from '../audit/archive.js';
import { isErrno } from '../errno.js';
import { readRowFile } from './archive-file.js';
import { finderOf, idOf, type DataSubject, type KeptRows } from './data-subject.js';
import { retentionKind, type RetentionKind } from './retention-kinds.js';
import { isPlainRow, textOf } from './row-values.js';

const MOST_ARCHIVES = 100_000;

interface ArchivedRowsParts {
  readonly database: Database;
  /** A view of the database: what stands in it is given by others. */
  readonly view: SqlExecutor;
  readonly dataDir: string;
  /** Told of an archive whose file is lost. */
  readonly missing: (fileName: string) => void;
}

/** The column in which a row of the kind says whose it is; null where it does not say so. */
function columnOf({ table, deletedAs }: RetentionKind, subject: DataSubject): string | null {
  if (deletedAs === 'sealed-ranges') return null;
  const finder = finderOf(personalTable(table), subject);
  if (finder === null) return null;
  const [, column] = /^(\w+) = \?$/.exec(finder) ?? [];
  if (column === undefined) throw new TypeError(`Archived rows of ${table} do not say whose they are.`);
  return column;
}

/** Opens the file that an archive names now; null when it is lost, or the archive is gone. */
async function opened(
  archive: ArchiveRow,
  { database, dataDir, missing }: ArchivedRowsParts,
): Promise<AsyncGenerator<PlainRow[], void> | null> {
  for (let current = archive; ;) {
    try {
      return (await readRowFile(join(dataDir, 'archives', current.fileName))).batches;
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
      // An erasure names another file before it removes the old one.
      const now = await repositories(database).archives.byId(archive.id);
      if (now === null) return null;
      if (now.fileName === current.fileName) {
        missing(now.fileName);
        return null;
      }
      current = now;
    }
  }
}

/** Of these keys those whose rows are not in the view. */
async function goneAmong(
  sql: SqlExecutor,
  { table, key }: Pick<RetentionKind, 'table' | 'key'>,
  keys: readonly string[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const where = `${key} IN (${keys.map(() => '?').join(', ')})`;
  const there = await readPlainRows(sql, table, { where, parameters: keys });
  const gone = new Set(keys);
  for (const row of there) gone.delete(textOf(row, key));
  return gone;
}

/** What of an archive's rows is somebody's, and what an export makes of one. */
interface Reading {
  readonly table: string;
  readonly key: string;
  readonly isOwn: (row: PlainRow) => boolean;
  readonly kept: (rows: readonly PlainRow[]) => Iterable<KeptRows>;
}

function* recordsAndParts(rows: readonly PlainRow[]): Generator<KeptRows> {
  for (const { personal = null, ...row } of rows) {
    yield { table: 'audit_logs', rows: [row] };
    if (isPlainRow(personal)) yield { table: 'audit_personal', rows: [personal] };
  }
}

/** How the archives of a kind are read; null where nothing in them is anybody's. */
function readingOf({ kind }: ArchiveRow, subject: DataSubject): Reading | null {
  const id = idOf(subject);
  if (kind === AUDIT_KIND) {
    // Records of a guild, or of the person whom the personal part beside the record names.
    const column = 'userId' in subject ? 'user_id' : 'guild_id';
    const isOwn = ({ personal = null, ...row }: PlainRow) =>
      row[column] === id || (isPlainRow(personal) && personal[column] === id);
    return { table: 'audit_logs', key: 'sequence', isOwn, kept: recordsAndParts };
  }
  const known = retentionKind(kind);
  const column = known ? columnOf(known, subject) : null;
  if (!known || column === null) return null;
  const { table, key } = known;
  return { table, key, isOwn: (row) => row[column] === id, kept: (rows) => [{ table, rows }] };
}

const wasBroughtBack = ({ state }: ArchiveRow) => state === 'restoring' || state === 'restored';

/**
 * The rows of a person or a guild that stand in archives and not in a view of the database, each once: also those that
 * have moved since the view was opened are in one of the two.
 */
export async function* archivedRows(
  subject: DataSubject,
  parts: ArchivedRowsParts,
): AsyncGenerator<KeptRows & { readonly archive: string }> {
  const { archives } = repositories(parts.database);
  const states = ['written', 'deleting', 'done', 'restoring', 'restored'] as const;
  const all = await archives.inStates(states, MOST_ARCHIVES);
  // What was brought back may stand in a later archive too: those first, and only their keys are held.
  const given = new Map<string, Set<string>>();
  for (const archive of [...all.filter(wasBroughtBack), ...all.filter((one) => !wasBroughtBack(one))]) {
    const reading = readingOf(archive, subject);
    const batches = reading === null ? null : await opened(archive, parts);
    if (reading === null || batches === null) continue;
    const { table, key, isOwn } = reading;
    const known = given.get(table) ?? new Set();
    given.set(table, known);
    for await (const batch of batches) {
      const own = batch.filter((row) => isOwn(row) && !known.has(textOf(row, key)));
      const keys = own.map((row) => textOf(row, key));
      const gone = await goneAmong(parts.view, { table, key }, keys);
      if (wasBroughtBack(archive)) for (const one of gone) known.add(one);
      for (const kept of reading.kept(own.filter((row) => gone.has(textOf(row, key))))) {
        if (kept.rows.length > 0) yield { ...kept, archive: archive.id };
      }
    }
  }
}
