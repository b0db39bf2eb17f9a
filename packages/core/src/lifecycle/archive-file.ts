import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline as connect, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { tableColumns, type PlainRow } from '@slimy/db';
import { z } from 'zod';
import { isErrno } from '../errno.js';
import { AppError } from '../errors.js';

const FORMAT = 'slimy.rows.1';

const header = z.object({
  format: z.literal(FORMAT),
  table: z.string(),
  /** The last migration of the database the rows come from. */
  schemaVersion: z.string(),
  writtenAt: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
});
export type RowFileHeader = z.infer<typeof header>;

const footer = z.object({ end: z.literal(true), rowCount: z.int(), sha256: z.string() });
const plainRow = z.record(
  z.string(),
  z.custom<PlainRow[string]>((value) => value !== undefined),
);

/** What was written. */
export interface WrittenFile {
  readonly rowCount: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
  /** SHA-256 of the rows as they stand in it, lower-case hex: the same for the same rows on either engine. */
  readonly rowsSha256: string;
}

/** Where the bytes of a file go; replaced to see what a full disk does. */
export type OpenFile = (file: string) => NodeJS.WritableStream;

/** A new file that its owner alone may read. */
export const openFile: OpenFile = (file) => createWriteStream(file, { mode: 0o600 });

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** SHA-256 of a file, lower-case hex. */
export async function hashOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** What to tell of a file that could not be written: a full disk is for whoever operates the machine to mend. */
export function writeFailure(file: string, error: unknown): unknown {
  if (!isFull(error)) return error;
  return new AppError('not_configured', `The disk is full: ${file} could not be written.`, {
    remedy: 'Make room there and run it again; nothing was deleted.',
    cause: error,
  });
}

/** Waits until what was written to a file or folder is on the disk. */
export async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync();
  await handle.close();
}

/**
 * Writes rows into a compressed file that says itself what it holds: a header, a row a line, and an end with count and
 * checksum. The file is there whole, and on the disk, or not at all.
 * @throws AppError `not_configured` when the disk is full
 */
export async function writeRowFile(
  file: string,
  { table, schemaVersion }: { readonly table: string; readonly schemaVersion: string },
  batches: AsyncIterable<readonly PlainRow[]> | Iterable<readonly PlainRow[]>,
  { now, sink = openFile }: { readonly now: Date; readonly sink?: OpenFile | undefined },
): Promise<WrittenFile> {
  const partial = `${file}.partial`;
  const rowsHash = createHash('sha256');
  let rowCount = 0;
  async function* lines(): AsyncGenerator<string> {
    const columns = tableColumns(table);
    yield `${JSON.stringify({ format: FORMAT, table, schemaVersion, writtenAt: now.toISOString(), columns })}\n`;
    for await (const rows of batches) {
      if (rows.length === 0) continue;
      const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      rowsHash.update(text);
      rowCount += rows.length;
      yield text;
    }
    yield `${JSON.stringify({ end: true, rowCount, sha256: rowsHash.copy().digest('hex') })}\n`;
  }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    await pipeline(Readable.from(lines()), createGzip(), sink(partial));
    await synced(partial);
    await rename(partial, file);
    await synced(dirname(file));
  } catch (error) {
    await rm(partial, { force: true });
    throw writeFailure(file, error);
  }
  const { size } = await stat(file);
  return { rowCount, bytes: size, sha256: await hashOfFile(file), rowsSha256: rowsHash.digest('hex') };
}

/** A file is not what it says, or not what was noted of it. */
function broken(file: string, what: string): AppError {
  return new AppError('internal', `The file ${file} ${what}.`, {
    remedy: 'Take the file from a copy; nothing was changed.',
  });
}

const ROWS_AT_ONCE = 500;

/**
 * Reads such a file: first its header, then its rows in batches. A file that is cut off or was changed ends with an
 * error, not with an end.
 * @throws AppError naming the file
 */
export async function readRowFile(
  file: string,
): Promise<{ readonly header: RowFileHeader; readonly batches: AsyncGenerator<PlainRow[], void> }> {
  const unzipped = createGunzip();
  // Whatever goes wrong comes out where it is read.
  connect(createReadStream(file), unzipped, () => undefined);
  const lines = createInterface({ input: unzipped, crlfDelay: Infinity })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<IteratorResult<string, void>> => {
    try {
      return await lines.next();
    } catch (error) {
      throw isErrno(error, 'Z_BUF_ERROR', 'Z_DATA_ERROR') ? broken(file, 'is damaged or cut off') : error;
    }
  };
  const first = await nextLine();
  const parsed = header.safeParse(first.done ? null : JSON.parse(first.value));
  if (!parsed.success) throw broken(file, 'is no file of rows');
  async function* batches(): AsyncGenerator<PlainRow[], void> {
    const hash = createHash('sha256');
    let rows: PlainRow[] = [];
    let count = 0;
    for (;;) {
      const next = await nextLine();
      if (next.done) throw broken(file, 'is cut off');
      const value: unknown = JSON.parse(next.value);
      const end = footer.safeParse(value);
      if (end.success) {
        if (end.data.rowCount !== count || end.data.sha256 !== hash.digest('hex')) {
          throw broken(file, 'was changed: its checksum is another one');
        }
        if (rows.length > 0) yield rows;
        return;
      }
      hash.update(`${next.value}\n`);
      count += 1;
      rows.push(plainRow.parse(value));
      if (rows.length < ROWS_AT_ONCE) continue;
      yield rows;
      rows = [];
    }
  }
  return { header: parsed.data, batches: batches() };
}

/** Reads a whole file to see that it is what was noted of it. @throws AppError naming the file */
export async function requireIntact(file: string, sha256: string | null): Promise<void> {
  if ((await hashOfFile(file)) !== sha256) throw broken(file, 'is not the one that was written');
}
