import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadSecrets, type Settings } from '@slimy/config';
import { AppError, erasedFileOf, lockDataFolder, restoreBackup } from '@slimy/core';
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
    return await restoreBackup(folder, parts, { verify, progress, now: new Date() });
  } finally {
    release();
  }
}

/**
 * The list of erased people that a restore applies; null where the operator says that there is none.
 * @throws AppError `not_found` when it is missing and nobody said so: a mistyped name must not bring anybody back
 */
export async function erasedListFor(
  settings: Settings,
  named: string | false | undefined,
): Promise<string | null> {
  if (named === false) return null;
  const file = named === undefined ? erasedFileOf(settings.DATA_DIR) : resolve(named);
  try {
    await access(file);
    return file;
  } catch (error) {
    throw new AppError(
      'not_found',
      `There is no list of erased people at ${file}, and a backup does not carry it: whoever was erased since would come back.`,
      {
        remedy:
          named === undefined
            ? 'Name it with --erased: it is the file erased-people.jsonl in the DATA_DIR that was backed up. If nobody was ever erased there is none: say --no-erased.'
            : 'Name the file erased-people.jsonl in the DATA_DIR that was backed up.',
        cause: error,
      },
    );
  }
}
