import { once } from 'node:events';
import type { Settings } from '@slimy/config';
import { openOwnCore } from './own-core.js';

/** Works on jobs until a signal comes; for installations whose servers run with `JOBS=off`. */
export async function runWorker(settings: Settings): Promise<void> {
  const own = await openOwnCore({ ...settings, JOBS: 'inline' });
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
