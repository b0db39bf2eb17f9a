import { join } from 'node:path';
import {
  personalTable,
  readPlainRows,
  repositories,
  type ArchiveRow,
  type Database,
  type PlainRow,
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

/** Of these keys those whose rows are not in the database. */
async function goneAmong(
  { sql }: Database,
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

/** Of the audit trail: records of a guild, or of the person whom the personal part beside the record names. */
function* recordsOf(rows: readonly PlainRow[], subject: DataSubject): Generator<KeptRows> {
  const column = 'userId' in subject ? 'user_id' : 'guild_id';
  for (const { personal = null, ...row } of rows) {
    const part = isPlainRow(personal) ? personal : null;
    if (row[column] !== idOf(subject) && part?.[column] !== idOf(subject)) continue;
    yield { table: 'audit_logs', rows: [row] };
    if (part !== null) yield { table: 'audit_personal', rows: [part] };
  }
}

/** What archives of the audit trail hold of somebody; ranges that were brought back are in the database. */
async function* archivedRecords(
  subject: DataSubject,
  parts: ArchivedRowsParts,
): AsyncGenerator<KeptRows & { readonly archive: string }> {
  const { archives } = repositories(parts.database);
  for (const archive of await archives.inStates(['deleting', 'done', 'restoring'], MOST_ARCHIVES)) {
    const batches = archive.kind === AUDIT_KIND ? await opened(archive, parts) : null;
    if (batches === null) continue;
    for await (const batch of batches) {
      const keys = batch.map((row) => textOf(row, 'sequence'));
      const gone = await goneAmong(parts.database, { table: 'audit_logs', key: 'sequence' }, keys);
      const rows = batch.filter((row) => gone.has(textOf(row, 'sequence')));
      for (const kept of recordsOf(rows, subject)) yield { ...kept, archive: archive.id };
    }
  }
}

/** The rows of a person or a guild that stand in archives and not in the database, each once. */
export async function* archivedRows(
  subject: DataSubject,
  parts: ArchivedRowsParts,
): AsyncGenerator<KeptRows & { readonly archive: string }> {
  const { archives } = repositories(parts.database);
  // What was brought back may stand in a later archive too: those first, and only their keys are held.
  const states = [['restoring', 'restored'] as const, ['written', 'deleting', 'done'] as const];
  const given = new Set<string>();
  for (const some of states) {
    for (const archive of await archives.inStates(some, MOST_ARCHIVES)) {
      const kind = retentionKind(archive.kind);
      const column = kind ? columnOf(kind, subject) : null;
      const batches = column === null ? null : await opened(archive, parts);
      if (!kind || column === null || batches === null) continue;
      for await (const batch of batches) {
        const own = batch.filter((row) => row[column] === idOf(subject));
        const keys = own.map((row) => textOf(row, kind.key)).filter((key) => !given.has(key));
        const gone = await goneAmong(parts.database, kind, keys);
        const rows = own.filter((row) => gone.has(textOf(row, kind.key)));
        if (archive.state === 'restoring' || archive.state === 'restored') {
          for (const key of gone) given.add(key);
        }
        if (rows.length > 0) yield { table: kind.table, archive: archive.id, rows };
      }
    }
  }
  yield* archivedRecords(subject, parts);
}
