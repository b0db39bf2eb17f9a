import { column, personalTable, readPlainRows, type Database, type PlainRow } from '@slimy/db';
import type { FileStore } from '../uploads/file-store.js';
import { finderOf, idOf, type DataSubject } from './data-subject.js';
import { textOf } from './row-values.js';

const AT_ONCE = 100;

/** A picture as an export holds it. */
export interface KeptFile {
  readonly uploadId: PlainRow[string];
  readonly name: PlainRow[string];
  readonly contentType: PlainRow[string];
  readonly bytes: PlainRow[string];
  /** The file in base64; null where it is only listed, and where it is lost. */
  readonly content: string | null;
}

interface KeptFilesParts {
  readonly database: Database;
  readonly store: FileStore;
  readonly now: Date;
  /** Told of an upload whose file is lost. */
  readonly missing: (uploadId: string) => void;
}

function conditionFor(subject: DataSubject): string {
  const finder = finderOf(personalTable('uploads'), subject) ?? '1 = 0';
  return `(${finder}) AND state = 'stored' AND (expires_at IS NULL OR expires_at > ?)`;
}

/** How many files there are, and of how many bytes together. */
export async function sizeOfFiles(
  { sql }: Database,
  subject: DataSubject,
  now: Date,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const [sums] = await sql.query(
    `SELECT COUNT(*) AS files, COALESCE(SUM(bytes), 0) AS bytes FROM uploads WHERE ${conditionFor(subject)}`,
    [idOf(subject), now],
    { files: column.int, bytes: column.int },
  );
  return sums ?? { files: 0, bytes: 0 };
}

async function contentOf(store: FileStore, name: string): Promise<string | null> {
  if (!(await store.has(name))) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of await store.read(name)) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('A file comes as bytes.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('base64');
}

/** The pictures that a person sent, or that were sent for a guild, one at a time; with their bytes or only listed. */
export async function* keptFiles(
  subject: DataSubject,
  withContent: boolean,
  { database, store, now, missing }: KeptFilesParts,
): AsyncGenerator<KeptFile> {
  for (let after = ''; ;) {
    const rows: PlainRow[] = await readPlainRows(database.sql, 'uploads', {
      where: `${conditionFor(subject)} AND id > ?`,
      parameters: [idOf(subject), now, after],
      orderBy: 'id',
      limit: AT_ONCE,
    });
    for (const row of rows) {
      const uploadId = textOf(row, 'id');
      const content = withContent ? await contentOf(store, textOf(row, 'storage_key')) : null;
      if (withContent && content === null) missing(uploadId);
      yield {
        uploadId,
        name: row['original_name'] ?? null,
        contentType: row['content_type'] ?? null,
        bytes: row['bytes'] ?? null,
        content,
      };
      after = uploadId;
    }
    if (rows.length < AT_ONCE) return;
  }
}
