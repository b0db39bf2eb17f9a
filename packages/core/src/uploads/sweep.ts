import type { Repositories } from '@slimy/db';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import { jobKind, type JobKind } from '../jobs/job.js';
import { deleteFiles } from './files.js';
import type { FileStore } from './file-store.js';

/** Uploads of which the files are deleted before their rows are. */
const AT_ONCE = 100;

/** Deletes what was announced or stored and used for nothing within its time: files first, so that none is forgotten. */
export function uploadSweep(parts: {
  readonly repositories: Repositories;
  readonly store: FileStore;
  readonly clock: Clock;
}): JobKind {
  const { repositories, store, clock } = parts;
  return jobKind({
    kind: 'uploads.sweep',
    payload: z.strictObject({}),
    maxAttempts: 5,
    async run(_payload, signal) {
      while (!signal.aborted) {
        const expired = await repositories.uploads.expired(clock.now(), AT_ONCE);
        for (const upload of expired) await deleteFiles(store, upload);
        await repositories.uploads.delete(expired.map(({ id }) => id));
        if (expired.length < AT_ONCE) return;
      }
    },
  });
}
