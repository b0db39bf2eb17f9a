import { once } from 'node:events';
import type { Settings } from '@slimy/config';
import { AppError, DataFolderTakenError, reachServer } from '@slimy/core';
import { openOwnCore, type OwnCore } from './own-core.js';

/** @throws AppError `not_configured` beside a server on the embedded file, and what `openOwnCore` throws */
async function openForJobs(settings: Settings): Promise<OwnCore> {
  try {
    return await openOwnCore({ ...settings, JOBS: 'inline' });
  } catch (error) {
    const server = error instanceof DataFolderTakenError ? await reachServer(settings.DATA_DIR) : null;
    if (server === null) throw error;
    server.close();
    throw new AppError(
      'not_configured',
      'The running server does the jobs of the embedded database itself.',
      {
        remedy:
          'There is no worker to start: leave JOBS=inline, its default, to the server. Workers of their own need a database server in DATABASE_URL.',
        cause: error,
      },
    );
  }
}

/** Works on jobs until a signal comes; for installations whose servers run with `JOBS=off`. */
export async function runWorker(settings: Settings): Promise<void> {
  const own = await openForJobs(settings);
  try {
    await own.core.start();
    const waiting = new AbortController();
    // Jobs' own timers keep nobody alive.
    const alive = setInterval(() => undefined, 60_000);
    const signals = ['SIGINT', 'SIGTERM'].map((name) => once(process, name, { signal: waiting.signal }));
    console.error('Working on jobs. Ctrl+C ends this.');
    await Promise.race(signals);
    clearInterval(alive);
    waiting.abort();
  } finally {
    await own.close();
  }
}
