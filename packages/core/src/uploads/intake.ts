import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { uploadPurposes, uploadPurpose, type PictureType } from '@slimy/contract';
import type { Repositories, UploadRow } from '@slimy/db';
import type { RequestFacts } from '../caller.js';
import type { Clock } from '../clock.js';
import { isErrno } from '../errno.js';
import { AppError } from '../errors.js';
import { inServiceWords } from '../write/failures.js';
import type { WritePath } from '../write/write-path.js';
import { uploadVariants, type UploadAddresses, type UploadVariant } from './addresses.js';
import { claimedKey, deleteFiles, fileNames, isClaimed } from './files.js';
import type { FileStore } from './file-store.js';
import { pictureTypeOf } from './picture-type.js';
import type { KeptPicture } from './picture.js';
import type { PictureReader } from './picture-reader.js';

interface UploadIntakeParts {
  readonly repositories: Repositories;
  readonly writes: WritePath;
  readonly store: FileStore;
  readonly pictures: PictureReader;
  readonly addresses: UploadAddresses;
  readonly clock: Clock;
}

/** What an address carries besides the upload's id. */
export interface SignedUse {
  readonly expires: number;
  readonly signature: string;
}

/** A picture on its way out. */
export interface ShownPicture {
  readonly contentType: string;
  readonly content: Readable;
  /** Whole seconds for which whoever asked may keep it. */
  readonly maxAgeSeconds: number;
}

/** Files that are held in memory at once, each of at most 25 MB: of everybody, and of one person. */
const MOST_RECEIVING = 6;
const MOST_OF_A_PERSON = 2;

/** Takes the bytes of announced files, and hands out pictures, both under signed addresses. */
export class UploadIntake {
  readonly #parts: UploadIntakeParts;
  /** Whose files arrive now. */
  readonly #receiving: string[] = [];

  constructor(parts: UploadIntakeParts) {
    this.#parts = parts;
  }

  /**
   * Takes the file of an announced upload. A file that is stored already is not taken again.
   * @throws AppError `unsupported_file` for what the content is, `body_too_large`, `storage_full`, `too_busy`,
   * `changed_meanwhile` when another file was sent to the same address at the same moment, and more
   */
  async receive(id: string, use: SignedUse, body: Readable, request: RequestFacts): Promise<void> {
    this.#requireAllowed(id, 'put', use);
    const upload = await this.#known(id);
    if (upload.state === 'stored') return;
    if (upload.state === 'refused') throw unsupported(upload.refusal ?? 'It was refused.');
    const sender = upload.userId ?? upload.id;
    const own = this.#receiving.filter((one) => one === sender).length;
    if (this.#receiving.length >= MOST_RECEIVING || own >= MOST_OF_A_PERSON) {
      throw new AppError('too_busy', 'Many files arrive now. Send it again in a moment.', {
        retryAfterSeconds: 5,
      });
    }
    this.#receiving.push(sender);
    try {
      await this.#keep(upload, await wholeBody(body, upload.bytes), request);
    } finally {
      this.#receiving.splice(this.#receiving.indexOf(sender), 1);
    }
  }

  /** A stored picture. @throws AppError `bad_credentials` or `not_found` */
  async view(id: string, name: string, use: SignedUse): Promise<ShownPicture> {
    const variant = uploadVariants.find((one) => one === name);
    if (variant === undefined) throw notThere();
    this.#requireAllowed(id, variant, use);
    const upload = await this.#known(id);
    if (upload.state !== 'stored') throw notThere();
    const content = await this.#parts.store.read(fileNames(upload)[variant]);
    const contentType = variant === 'original' ? (upload.contentType ?? 'image/png') : 'image/webp';
    const maxAgeSeconds = Math.floor((use.expires - this.#parts.clock.now().getTime()) / 1000);
    return { contentType, content, maxAgeSeconds };
  }

  #requireAllowed(id: string, what: 'put' | UploadVariant, { expires, signature }: SignedUse): void {
    const { addresses, clock } = this.#parts;
    if (addresses.allows(id, what, expires, signature, clock.now())) return;
    throw new AppError('bad_credentials', 'This address is not valid, or not any more.', {
      remedy: 'Ask for a new one: upload.create to send a file, upload.byId to see one.',
    });
  }

  /** Null also for one that is the sweeper's. */
  async #found(id: string): Promise<UploadRow | null> {
    const { repositories, clock } = this.#parts;
    const upload = await inServiceWords(() => repositories.uploads.byId(id));
    const gone = upload !== null && upload.expiresAt !== null && upload.expiresAt <= clock.now();
    return gone ? null : upload;
  }

  async #known(id: string): Promise<UploadRow> {
    const upload = await this.#found(id);
    if (upload === null) throw notThere();
    return upload;
  }

  async #keep(read: UploadRow, file: Buffer, request: RequestFacts): Promise<void> {
    const { store } = this.#parts;
    const picture = await this.#decoded(read, file);
    const upload = await this.#claimed(read);
    const names = fileNames(upload);
    try {
      await store.write(names.original, picture.original, picture.contentType);
      await store.write(names.preview, picture.preview, 'image/webp');
      await store.write(names.thumbnail, picture.thumbnail, 'image/webp');
    } catch (error) {
      // What could be written is of no use. What cannot even be deleted now goes with the row.
      await deleteFiles(store, upload).catch(() => undefined);
      throw error;
    }
    if (await this.#note(upload, picture, request)) return;
    // It was deleted meanwhile, its person erased, or it was sent again: nobody else knows these files.
    await deleteFiles(store, upload);
    throw await this.#lost(upload);
  }

  /** The upload under names that no other PUT of the same ticket writes to. */
  async #claimed(read: UploadRow): Promise<UploadRow> {
    const { clock, repositories, store } = this.#parts;
    const storageKey = claimedKey(read.storageKey);
    const isOurs = await inServiceWords(() => repositories.uploads.claim(read, storageKey, clock.now()));
    if (!isOurs) throw await this.#lost(read);
    // Whoever had claimed it before may have been killed while writing.
    if (isClaimed(read.storageKey)) await deleteFiles(store, read);
    return { ...read, storageKey };
  }

  async #lost({ id }: UploadRow): Promise<AppError> {
    if ((await this.#found(id)) === null) return notThere();
    return new AppError('changed_meanwhile', 'Another file was sent to this address at the same moment.', {
      remedy: 'Ask upload.byId whether it is stored; if not, send yours again.',
    });
  }

  async #decoded(upload: UploadRow, file: Buffer): Promise<KeptPicture> {
    const type = pictureTypeOf(file);
    const purpose = uploadPurpose.safeParse(upload.purpose).data;
    const types: readonly PictureType[] = purpose ? uploadPurposes[purpose].types : [];
    try {
      if (type === null || !types.includes(type)) {
        throw unsupported(`The content is not one of: ${types.join(', ')}.`);
      }
      return await this.#parts.pictures.read(file, type === 'image/bmp');
    } catch (error) {
      if (error instanceof AppError && error.reason === 'unsupported_file') {
        const { repositories } = this.#parts;
        const expiresAt = upload.expiresAt ?? this.#parts.clock.now();
        await inServiceWords(() =>
          repositories.uploads.refuse(upload, error.message.slice(0, 200), expiresAt),
        );
      }
      throw error;
    }
  }

  /** False when the upload does not wait for its file any more. */
  async #note(upload: UploadRow, picture: KeptPicture, request: RequestFacts): Promise<boolean> {
    const { preview: previewKey, thumbnail: thumbnailKey } = fileNames(upload);
    const { contentType, width, height, original } = picture;
    const contentHash = createHash('sha256').update(original).digest('hex');
    const bytes = original.byteLength;
    const file = { bytes, contentType, width, height, contentHash, previewKey, thumbnailKey };
    return this.#parts.writes.change({ actor: { kind: 'anonymous' }, request }, [], async (change) => {
      if (!(await change.repositories.uploads.markStored(upload, file, change.now))) return false;
      if (upload.userId !== null) change.actedBy(upload.userId);
      change.audit({
        action: 'upload.store',
        resourceType: 'upload',
        resourceId: upload.id,
        guildId: upload.guildId,
      });
      return true;
    });
  }
}

function notThere(): AppError {
  return new AppError('not_found', 'There is no such file.');
}

function unsupported(message: string): AppError {
  return new AppError('unsupported_file', message, { remedy: 'Send a picture of one of these kinds.' });
}

/** The bytes of a body. @throws AppError `timed_out` when whoever sends it goes away, or is cut off for being too slow */
async function* arriving(body: Readable): AsyncGenerator {
  try {
    yield* body.iterator({ destroyOnReturn: false });
  } catch (error) {
    if (!isErrno(error, 'ECONNRESET')) throw error;
    throw new AppError('timed_out', 'The file did not arrive to its end.', { cause: error });
  }
}

/** Reads a body that must have exactly the bytes that were announced. */
async function wholeBody(body: Readable, announced: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Whoever sends too much is answered before the connection ends.
  for await (const chunk of arriving(body)) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('A body comes as bytes.');
    length += chunk.byteLength;
    if (length > announced) {
      throw new AppError(
        'body_too_large',
        `The file has more than the ${announced} bytes that were announced.`,
      );
    }
    chunks.push(chunk);
  }
  if (length < announced) {
    throw new AppError('invalid_input', `The file has ${length} bytes; ${announced} were announced.`, {
      fields: [{ path: ['bytes'], message: 'must be what upload.create was told' }],
    });
  }
  return Buffer.concat(chunks);
}
