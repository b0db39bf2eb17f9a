import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import { keptPicture } from './picture.js';

const work = z.object({ file: z.instanceof(Uint8Array), isBitmap: z.boolean() });

const port = parentPort;
if (!port) throw new Error('This is a worker: it reads pictures for the thread that starts it.');

// Decoding foreign files has a thread to itself: it can be ended when a file takes too long.
port.on('message', (message: unknown) => {
  const { file, isBitmap } = work.parse(message);
  keptPicture(Buffer.from(file.buffer, file.byteOffset, file.byteLength), isBitmap).then(
    (picture) => port.postMessage({ picture }, []),
    (error: unknown) =>
      port.postMessage({ failure: error instanceof Error ? error.message : String(error) }, []),
  );
});
