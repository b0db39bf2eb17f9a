import { loadSecrets, type Settings } from '@slimy/config';
import {
  AppError,
  createCore,
  databaseOptions,
  lockDataFolder,
  migrationTarget,
  openShared,
  requireFinishedRestore,
  requireOwnKeys,
  type Core,
} from '@slimy/core';
import { migrationStatus, openDatabase } from '@slimy/db';
import { terminalLog } from './log.js';

/** The program without its web side, in this process. */
export interface OwnCore {
  readonly core: Core;
  close(): Promise<void>;
}

async function requireMigrated(settings: Settings): Promise<void> {
  const { pending, scriptsPending } = await migrationStatus(migrationTarget(settings));
  if (pending.length + scriptsPending.length === 0) return;
  throw new AppError('not_configured', 'The database is not at the schema of this program.', {
    remedy: 'Run "pnpm slimy migrate" first.',
  });
}

/**
 * Opens it. The embedded file then belongs to this process until `close`. Only what finishes a restore opens a database
 * that one is under way into.
 * @throws DataFolderTakenError, UnfinishedRestoreError, AppError, DatabaseError with what to do
 */
export async function openOwnCore(
  settings: Settings,
  { finishesRestore = false }: { readonly finishesRestore?: boolean } = {},
): Promise<OwnCore> {
  const embedded = settings.DATABASE_URL.engine === 'sqlite';
  const release = embedded ? lockDataFolder(settings.DATA_DIR) : () => undefined;
  try {
    await requireMigrated(settings);
    const database = await openDatabase(databaseOptions(settings, terminalLog));
    const secrets = loadSecrets(settings);
    try {
      if (!finishesRestore) await requireFinishedRestore(database);
      await requireOwnKeys(database, secrets);
    } catch (error) {
      await database.close();
      throw error;
    }
    const { cache, signals, counter } = await openShared(settings, database, terminalLog);
    const core = await createCore({ settings, secrets, database, cache, signals, logger: terminalLog });
    return {
      core,
      async close() {
        await core.stop();
        await Promise.all([cache.close(), signals.close(), counter.close()]);
        await database.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}
