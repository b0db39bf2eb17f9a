import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { DatabaseError } from '../errors.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import { column } from '../sql/values.js';

/** Bytes of a file that is written anew in any case: it takes less than half a second. */
const SMALL_FILE = 64 * 1_048_576;

/** Whether one of the texts stands in a file, as bytes. */
async function holdsAny(file: string, texts: readonly string[]): Promise<boolean> {
  const sought = texts.map((text) => Buffer.from(text));
  const overlap = Math.max(0, ...sought.map(({ length }) => length - 1));
  let end = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    if (!(chunk instanceof Buffer)) throw new TypeError('A file comes as bytes.');
    const bytes = Buffer.concat([end, chunk]);
    if (sought.some((text) => bytes.includes(text))) return true;
    end = bytes.subarray(Math.max(0, bytes.length - overlap));
  }
  return false;
}

/** Brings the write-ahead log into the file and empties it; false while somebody reads an older state. */
async function emptyLog(sql: SqlExecutor): Promise<boolean> {
  const checkpoint = await sql.one('PRAGMA wal_checkpoint(TRUNCATE)', [], { busy: column.int });
  return checkpoint?.busy === 0;
}

/** As `Database.dropRemains`, of an embedded database. */
export async function dropFileRemains(sql: SqlExecutor, texts?: readonly string[]): Promise<boolean> {
  try {
    if (!(await emptyLog(sql))) return false;
    const main = await sql.one('PRAGMA database_list', [], { file: column.text });
    const file = main?.file ?? '';
    const isLarge = texts !== undefined && (await stat(file)).size > SMALL_FILE;
    if (isLarge && !(await holdsAny(file, texts))) return true;
    await sql.execute('VACUUM');
    return await emptyLog(sql);
  } catch (error) {
    if (error instanceof DatabaseError && error.passing) return false;
    throw error;
  }
}
