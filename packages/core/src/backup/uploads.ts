import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { column, repositories, type Database, type OwnConnection } from '@slimy/db';
import { AppError } from '../errors.js';
import { writeFailure } from '../lifecycle/archive-file.js';
import type { TaskProgress } from '../operator/task.js';
import type { FileStore } from '../uploads/file-store.js';
import type { BackupManifest } from './manifest.js';

type Files = BackupManifest['files'];

/** Rows of uploads read in one go. */
const UPLOADS_A_PAGE = 200;
/** Files on their way at once: what each has in memory is bounded, and a bucket far away takes its time for each. */
const FILES_AT_ONCE = 6;
const FOLDER = 'uploads/';

/** A file of an upload that a snapshot has. */
interface NamedFile {
  readonly uploadId: string;
  readonly name: string;
  readonly contentType: string;
}

interface UploadCopying {
  readonly snapshot: OwnConnection;
  readonly store: FileStore;
  /** The database as others change it meanwhile. */
  readonly live: Database;
  readonly now: Date;
  readonly progress: (progress: TaskProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Does some work for each, a few at a time; what it gives stands in their order. */
async function forEachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += FILES_AT_ONCE) {
    const ended = await Promise.allSettled(items.slice(start, start + FILES_AT_ONCE).map(work));
    for (const one of ended) {
      if (one.status === 'rejected') throw one.reason;
      results.push(one.value);
    }
  }
  return results;
}

/** The bytes as they pass, summed. */
class Measured {
  readonly #hash = createHash('sha256');
  bytes = 0;

  async *of(content: Readable): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError('A file comes as bytes.');
      this.#hash.update(chunk);
      this.bytes += chunk.byteLength;
      yield chunk;
    }
  }

  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }
}

/** Copies a file out of the storage; null when it is not there. */
async function copied(store: FileStore, file: NamedFile, backup: string): Promise<Files[number] | null> {
  const { name, contentType } = file;
  if (!(await store.has(name))) return null;
  const path = `${FOLDER}${name}`;
  const copy = join(backup, 'files', path);
  const measured = new Measured();
  try {
    await mkdir(dirname(copy), { recursive: true, mode: 0o700 });
    await pipeline(measured.of(await store.read(name)), createWriteStream(copy, { mode: 0o600 }));
  } catch (error) {
    await rm(copy, { force: true });
    // It may have gone away just now: then it was erased, or swept.
    if (await store.has(name)) throw writeFailure(copy, error);
    return null;
  }
  const { bytes, sha256 } = measured;
  return { path, bytes, sha256, contentType };
}

async function page({ snapshot, now }: UploadCopying, after: string) {
  return snapshot.sql.query(
    `SELECT id, content_type, storage_key, preview_key, thumbnail_key FROM uploads
     WHERE state = 'stored' AND id > ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY id LIMIT ?`,
    [after, now, UPLOADS_A_PAGE],
    {
      id: column.text,
      content_type: column.nullable(column.text),
      storage_key: column.text,
      preview_key: column.nullable(column.text),
      thumbnail_key: column.nullable(column.text),
    },
  );
}

function filesOf(row: Awaited<ReturnType<typeof page>>[number]): NamedFile[] {
  const { id: uploadId, content_type: type, storage_key: original } = row;
  const smaller = [row.preview_key, row.thumbnail_key].filter((name) => name !== null);
  return [
    { uploadId, name: original, contentType: type ?? 'application/octet-stream' },
    ...smaller.map((name) => ({ uploadId, name, contentType: 'image/webp' })),
  ];
}

/**
 * Copies the files of the uploads that a snapshot has, from whichever storage keeps them; tells which of them are
 * lost. One whose upload was erased or swept meanwhile is not.
 */
export async function copyUploads(
  copying: UploadCopying,
  backup: string,
): Promise<{ readonly files: Files; readonly missing: readonly string[] }> {
  const { store, live, progress, signal } = copying;
  const files: Files = [];
  const missing: string[] = [];
  for (let after = ''; ;) {
    signal?.throwIfAborted();
    const uploads = await page(copying, after);
    const named = uploads.flatMap(filesOf);
    const copies = await forEachOf(named, (file) => copied(store, file, backup));
    files.push(...copies.filter((copy) => copy !== null));
    const gone = named.filter((_file, index) => copies[index] === null);
    const kept = await repositories(live).uploads.keptAmong(
      gone.map(({ uploadId }) => uploadId),
      new Date(),
    );
    missing.push(...gone.filter(({ uploadId }) => kept.has(uploadId)).map(({ name }) => `${FOLDER}${name}`));
    progress({ step: 'uploads', done: files.length, total: null });
    const last = uploads.at(-1);
    if (last === undefined || uploads.length < UPLOADS_A_PAGE) return { files, missing };
    after = last.id;
  }
}

/** Whether a file of a backup goes into the storage of uploads. */
export function isUpload({ path }: Files[number]): boolean {
  return path.startsWith(FOLDER);
}

/** Puts uploads of a backup into a storage; with `verify` each is read again and held against its checksum. */
export async function putUploads(
  folder: string,
  files: Files,
  store: FileStore,
  { verify, progress }: { readonly verify: boolean; readonly progress: (progress: TaskProgress) => void },
): Promise<void> {
  let done = 0;
  await forEachOf(files, async ({ path, bytes, sha256, contentType = 'application/octet-stream' }) => {
    const name = path.slice(FOLDER.length);
    await store.writeFrom(name, createReadStream(join(folder, 'files', path)), { bytes, contentType });
    if (verify && (await hashIn(store, name)) !== sha256) {
      throw new AppError('internal', `${path} does not come out of the storage as it was put in.`, {
        remedy: 'Look after the storage that STORAGE_URL names, then restore into a new database again.',
      });
    }
    done += 1;
    progress({ step: 'uploads', done, total: files.length });
  });
}

/** SHA-256 of a file in the storage. */
async function hashIn(store: FileStore, name: string): Promise<string> {
  const measured = new Measured();
  const chunks = measured.of(await store.read(name));
  while (!(await chunks.next()).done);
  return measured.sha256;
}
