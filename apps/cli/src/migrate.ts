import type { Settings } from '@slimy/config';
import { lockDataFolder, migrationTarget } from '@slimy/core';
import { migrate } from '@slimy/db';
import { terminalLog } from './log.js';

/** Brings the database to the schema of the program; gives what ran. */
export async function runMigrations(settings: Settings): Promise<{ readonly ran: readonly string[] }> {
  // The embedded file has one owner.
  const embedded = settings.DATABASE_URL.engine === 'sqlite';
  const release = embedded ? lockDataFolder(settings.DATA_DIR) : () => undefined;
  try {
    const database = migrationTarget(settings);
    const { applied, scripts } = await migrate({ database, logger: terminalLog, mendTriggers: true });
    return { ran: [...applied, ...scripts] };
  } finally {
    release();
  }
}
