import type { Settings } from '@slimy/config';
import { reachServer, runTask } from '@slimy/core';
import { openOwnCore } from './own-core.js';
import type { Terminal } from './terminal.js';

/**
 * Has a task done: by the server of this data folder when one is running, which holds the embedded file, its cache
 * and its keys; else by this process itself.
 */
export async function runAnywhere(
  settings: Settings,
  terminal: Terminal,
  task: string,
  input: object,
): Promise<object> {
  const progress = terminal.progress.bind(terminal);
  const server = await reachServer(settings.DATA_DIR);
  if (server) return server.run(task, input, progress);
  const own = await openOwnCore(settings, { finishesRestore: task === 'restore.finish' });
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(new Error('stopped by a signal'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    await own.core.announce();
    return await runTask(own.core.tasks, task, input, { progress, signal: stop.signal });
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await own.close();
  }
}
