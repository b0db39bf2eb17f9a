import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { AppError } from '../errors.js';
import type { KeptPicture } from './picture.js';

/** How long one picture may take. */
const DECODE_MS = 30_000;
/** Pictures that wait for the one before them; more are told to come back. */
const MOST_WAITING = 8;

const answer = z.union([
  z.object({
    picture: z.object({
      contentType: z.enum(['image/jpeg', 'image/png', 'image/webp']),
      width: z.int(),
      height: z.int(),
      original: z.instanceof(Uint8Array),
      preview: z.instanceof(Uint8Array),
      thumbnail: z.instanceof(Uint8Array),
    }),
  }),
  z.object({ failure: z.string() }),
]);

/** The worker as it was built, whatever runs this file. */
const workerFile = createRequire(import.meta.url).resolve('@slimy/core/picture-worker');

/** Decodes pictures one after another in a thread of their own, which is started when it is first needed. */
export class PictureReader {
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * A picture as it is to be kept.
   * @throws AppError `unsupported_file` when it cannot be decoded, `too_busy` when too many wait
   */
  async read(file: Uint8Array, isBitmap: boolean): Promise<KeptPicture> {
    if (this.#waiting >= MOST_WAITING) {
      throw new AppError('too_busy', 'Many pictures are being read now. Send it again in a moment.', {
        retryAfterSeconds: 5,
      });
    }
    this.#waiting += 1;
    const turn = this.#last.then(() => this.#decode(file, isBitmap));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Ends the thread; what it works on is lost. */
  async stop(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #decode(file: Uint8Array, isBitmap: boolean): Promise<KeptPicture> {
    const worker = (this.#worker ??= new Worker(workerFile));
    worker.unref();
    const told = await new Promise<unknown>((resolve) => {
      const end = (result: unknown) => {
        clearTimeout(timer);
        worker.off('message', end).off('error', broken).off('exit', broken);
        resolve(result);
      };
      const broken = () => {
        this.#worker = undefined;
        end({ failure: 'the decoder broke down' });
      };
      const timer = setTimeout(() => {
        this.#worker = undefined;
        end({ failure: 'it takes too long to decode' });
        void worker.terminate();
      }, DECODE_MS);
      worker.on('message', end).on('error', broken).on('exit', broken);
      worker.postMessage({ file, isBitmap }, []);
    });
    const parsed = answer.parse(told);
    if ('picture' in parsed) return parsed.picture;
    throw new AppError('unsupported_file', 'This picture cannot be read: it is broken or too large.', {
      remedy: 'Open it on your device, save it anew as PNG or JPEG, and send that.',
      cause: new Error(parsed.failure),
    });
  }
}
