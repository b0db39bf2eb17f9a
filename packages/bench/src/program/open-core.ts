import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCache, createSignals } from '@slimy/cache';
import { loadSecrets, loadSettings } from '@slimy/config';
import { createCore, outboxJournal, type Core } from '@slimy/core';
import { migrate, openDatabase, type Database } from '@slimy/db';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The services in this process, over a database of their own; nothing runs in the background. */
export interface OpenCore {
  readonly core: Core;
  readonly database: Database;
  close(): Promise<void>;
}

/** Migrates an empty database and opens the services over it. */
export async function openCore(url: string): Promise<OpenCore> {
  const dataDir = mkdtempSync(join(tmpdir(), 'slimy-bench-core-'));
  await migrate({ database: { url }, logger: silent });
  const settings = loadSettings({ DATA_DIR: dataDir, DATABASE_URL: url });
  const database = await openDatabase({ url, poolSize: settings.DATABASE_POOL_SIZE, logger: silent });
  const cache = createCache({ prefix: 'bench:', journal: outboxJournal(database) });
  const signals = createSignals({ prefix: 'bench:' });
  const secrets = loadSecrets(settings);
  const core = await createCore({ settings, secrets, database, cache, signals, logger: silent });
  return {
    core,
    database,
    async close() {
      await core.stop();
      await signals.close();
      await cache.close();
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
