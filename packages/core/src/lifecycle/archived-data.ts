import { join } from 'node:path';
import { readPlainRows, repositories, type ArchiveRow, type Database, type PlainRow } from '@slimy/db';
import { isErrno } from '../errno.js';
import { readRowFile } from './archive-file.js';
import type { DataSubject, KeptRows } from './kept-data.js';
import { retentionKind } from './retention-kinds.js';

/** Archives whose rows are not, or not all, in the database. */
const states = ['deleting', 'done', 'restoring'] as const;

/** Whether a row is about somebody, by the columns that rows of every archived kind have. */
function isAbout(row: PlainRow, subject: DataSubject): boolean {
  return 'userId' in subject ? row['user_id'] === subject.userId : row['guild_id'] === subject.guildId;
}

function isPlainRow(value: PlainRow[string] | undefined): value is PlainRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The rows about somebody out of one line of a file; a record of the audit trail has its personal part with it. */
function rowsAbout(table: string, line: PlainRow, subject: DataSubject): KeptRows[] {
  const { personal, ...row } = line;
  const part = isPlainRow(personal) ? personal : null;
  const about = isAbout(row, subject) || (part !== null && isAbout(part, subject));
  if (!about) return [];
  const own = { table, rows: [row] };
  return part === null ? [own] : [own, { table: 'audit_personal', rows: [part] }];
}

/** Which rows of an archive the database has, by their keys. */
async function presentKeys(
  { sql }: Database,
  table: string,
  key: string,
  rows: readonly PlainRow[],
): Promise<ReadonlySet<PlainRow[string] | undefined>> {
  const keys = rows.flatMap((row) => (typeof row[key] === 'string' ? [row[key]] : []));
  if (keys.length === 0) return new Set();
  const where = `${key} IN (${keys.map(() => '?').join(', ')})`;
  const present = await readPlainRows(sql, table, { where, parameters: keys });
  return new Set(present.map((row) => row[key]));
}

async function* rowsOf(
  database: Database,
  dataDir: string,
  { kind: name, fileName, state }: ArchiveRow,
  subject: DataSubject,
): AsyncGenerator<KeptRows> {
  const kind = retentionKind(name);
  if (!kind) return;
  const { table, key } = kind;
  const { batches } = await readRowFile(join(dataDir, 'archives', fileName));
  for await (const rows of batches) {
    const present = state === 'done' ? new Set() : await presentKeys(database, table, key, rows);
    for (const row of rows) if (!present.has(row[key])) yield* rowsAbout(table, row, subject);
  }
}

/** Everything about a person or a guild that stands in archives and no longer in the database. */
export async function* archivedData(
  database: Database,
  dataDir: string,
  subject: DataSubject,
): AsyncGenerator<KeptRows> {
  for (const archive of await repositories(database).archives.inStates(states, 100_000)) {
    try {
      yield* rowsOf(database, dataDir, archive, subject);
    } catch (error) {
      // A file that was lost holds nothing any more; the backup or the restore that lost it has said so.
      if (!isErrno(error, 'ENOENT')) throw error;
    }
  }
}
