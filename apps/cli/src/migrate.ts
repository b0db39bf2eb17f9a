import type { Settings } from '@slimy/config';
import { AppError, DataFolderTakenError, lockDataFolder, migrationTarget } from '@slimy/core';
import { checkDatabase, migrate } from '@slimy/db';
import { terminalLog } from './log.js';

type Ran = { readonly ran: readonly string[] };

/**
 * Brings the database to the schema of the program; gives what ran. Where another process has the embedded file,
 * which a server migrates when it starts, it looks whether anything is left to do.
 * @throws AppError `not_configured` naming what is left to do then, DataFolderTakenError, MigrationError, DatabaseError
 */
export async function runMigrations(settings: Settings): Promise<Ran> {
  if (settings.DATABASE_URL.engine !== 'sqlite') return migrateHere(settings);
  let release: () => void;
  try {
    release = lockDataFolder(settings.DATA_DIR);
  } catch (error) {
    if (!(error instanceof DataFolderTakenError)) throw error;
    await requireNothingLeft(settings, error);
    return { ran: [] };
  }
  try {
    return await migrateHere(settings);
  } finally {
    release();
  }
}

async function migrateHere(settings: Settings): Promise<Ran> {
  const database = migrationTarget(settings);
  const { applied, scripts } = await migrate({ database, logger: terminalLog, mendTriggers: true });
  return { ran: [...applied, ...scripts] };
}

/** Looks without changing anything, which the file allows beside its owner. */
async function requireNothingLeft(settings: Settings, taken: DataFolderTakenError): Promise<void> {
  const { migrations, triggers } = await checkDatabase(migrationTarget(settings));
  const { pending, scriptsPending, unknown } = migrations;
  const left = [
    ...[...pending, ...scriptsPending].map((name) => `${name} is not applied`),
    ...triggers,
    ...unknown.map((name) => `${name} is of a newer version of the program`),
  ];
  if (left.length === 0) return;
  throw new AppError('not_configured', `${left.join(', ')}. ${taken.message}`, {
    remedy:
      'A server that is just starting migrates by itself: run this again. Else stop it, run "pnpm slimy migrate", and start the server of this version.',
    cause: taken,
  });
}
