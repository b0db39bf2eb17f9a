import { loadSecrets, type Settings } from '@slimy/config';
import { lockDataFolder, restoreBackup } from '@slimy/core';
import { terminalLog } from './log.js';
import type { Terminal } from './terminal.js';

/** Restores a backup by this process: nothing else may use the database meanwhile. */
export async function restoreHere(
  settings: Settings,
  terminal: Terminal,
  folder: string,
  verify: boolean,
): ReturnType<typeof restoreBackup> {
  const release = lockDataFolder(settings.DATA_DIR);
  try {
    const parts = { settings, secrets: loadSecrets(settings), logger: terminalLog };
    const progress = terminal.progress.bind(terminal);
    return await restoreBackup(folder, parts, { verify, progress });
  } finally {
    release();
  }
}
