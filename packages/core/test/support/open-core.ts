import { createCache, createSignals, type Cache, type Signals } from '@slimy/cache';
import { loadSecrets, loadSettings, type Settings } from '@slimy/config';
import { migrate, openDatabase, type Database } from '@slimy/db';
import { temporaryFolder, type DatabaseTemplate, type VariantFixture } from '@slimy/testing';
import { createCore, outboxJournal, type Core, type CoreOptions } from '../../src/index.ts';

export const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The program's schema without rows. */
export const migrated: DatabaseTemplate = {
  name: 'migrated',
  fill: async (url) => {
    await migrate({ database: { url }, logger: silent });
  },
};

/** One process of the program: a core with its own connections. */
export interface TestCore extends Core {
  readonly database: Database;
  readonly cache: Cache;
  readonly signals: Signals;
  readonly settings: Settings;
  readonly botToken: string;
  close(): Promise<void>;
}

/** What several processes of one installation share. */
export interface Installation {
  readonly url: string;
  readonly fixture: VariantFixture;
  readonly environment: Readonly<Record<string, string>>;
}

/** A new migrated database and a key prefix of its own, with settings as a machine would have them. */
export async function newInstallation(
  fixture: VariantFixture,
  environment: Readonly<Record<string, string>> = {},
): Promise<Installation> {
  const url = await fixture.databaseUrl(migrated);
  return installationOn(fixture, url, environment);
}

/** An installation on a database that is there already. */
export function installationOn(
  fixture: VariantFixture,
  url: string,
  environment: Readonly<Record<string, string>> = {},
): Installation {
  const dataDir = temporaryFolder('core');
  return {
    url,
    fixture,
    environment: { DATA_DIR: dataDir, DATABASE_URL: url, DATABASE_POOL_SIZE: '6', ...environment },
  };
}

/** Opens another process of an installation. `parts` replaces what it is put together from. */
export async function openCore(
  { url, fixture, environment }: Installation,
  parts: Partial<CoreOptions> = {},
): Promise<TestCore> {
  const settings = loadSettings(environment);
  const database = parts.database ?? (await openDatabase({ url, poolSize: 6, logger: silent }));
  const redis = fixture.redisUrl === undefined ? undefined : { url: fixture.redisUrl };
  const shared = { redis, prefix: fixture.prefix };
  const cache =
    parts.cache ??
    createCache({
      ...shared,
      journal: outboxJournal(database),
      ttlSeconds: settings.CACHE_TTL_SECONDS,
      staleSeconds: settings.CACHE_STALE_SECONDS,
    });
  const signals = parts.signals ?? createSignals(shared);
  await cache.ready(5000);
  const secrets = loadSecrets(settings);
  const core = await createCore({
    settings,
    secrets,
    database,
    cache,
    signals,
    logger: silent,
    // However busy the machine is: what an erasure leaves to its job has a test of its own.
    erasurePatienceMs: 60_000,
    ...parts,
  });
  return {
    ...core,
    database,
    cache,
    signals,
    settings,
    botToken: secrets.botApiTokens.at(0)!,
    async close() {
      await core.stop(1000);
      // What was handed in is closed by whoever made it.
      if (!parts.signals) await signals.close();
      if (!parts.cache) await cache.close();
      if (!parts.database) await database.close();
    },
  };
}

/**
 * Another process of the installation. Without Redis processes do not hear of each other's changes (they turn
 * their in-process tier off when they meet), so there it shares the cache.
 */
export function otherProcess(core: TestCore, installation: Installation): Promise<TestCore> {
  if (installation.fixture.redisUrl !== undefined) return openCore(installation);
  const { cache, signals, database } = core;
  return openCore(installation, { cache, signals, database });
}
