import { createCache, createSignals, createWindowCounter } from '@slimy/cache';
import { loadSecrets, loadSettings } from '@slimy/config';
import { createCore, outboxJournal, type Actor } from '@slimy/core';
import { migrate, openDatabase } from '@slimy/db';
import {
  temporaryFolder,
  type DatabaseTemplate,
  type FakeDiscord,
  type VariantFixture,
} from '@slimy/testing';
import { createContext, RateLimiter, type ApiContext, type ApiDependencies } from '../../src/index.ts';
import { settleDiscord, settleGuild, settleWorld, world, type SeededWorld } from './small-world.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The program's schema without rows. */
const migrated: DatabaseTemplate = {
  name: 'migrated',
  fill: async (url) => {
    await migrate({ database: { url }, logger: silent });
  },
};

/** The procedures over a real core, with the small world in a database of its own. */
export interface TestApi extends SeededWorld {
  readonly botToken: string;
  readonly dependencies: ApiDependencies;
  /** Stores the guild of the matrix again, after a call deleted it. */
  settleAgain(): Promise<void>;
  /** The context of one request by whoever `authenticate` finds. */
  context(authenticate: () => Promise<Actor>): ApiContext;
  close(): Promise<void>;
}

/** Opens it on one engine and cache store; `discord` answers what the services ask of Discord. */
export async function openApi(fixture: VariantFixture, discord: FakeDiscord): Promise<TestApi> {
  const url = await fixture.databaseUrl(migrated);
  const settings = loadSettings({
    DATA_DIR: temporaryFolder('api'),
    DATABASE_URL: url,
    DATABASE_POOL_SIZE: '4',
    DISCORD_API_BASE: discord.apiBase,
    DISCORD_TOKEN: discord.token,
    OPERATOR_DISCORD_IDS: `${world.people.operator.discordId},${world.people.operatorOutside.discordId}`,
  });
  const secrets = loadSecrets(settings);
  const database = await openDatabase({ url, poolSize: 4, logger: silent });
  const redis = fixture.redisUrl === undefined ? undefined : { url: fixture.redisUrl };
  const shared = { redis, prefix: fixture.prefix };
  const cache = createCache({ ...shared, journal: outboxJournal(database) });
  const signals = createSignals(shared);
  const counter = createWindowCounter(shared);
  await cache.ready(5_000);
  const core = await createCore({ settings, secrets, database, cache, signals, logger: silent });

  const ids = await settleWorld(database);
  settleDiscord(discord);

  const dependencies: ApiDependencies = {
    services: core.services,
    permissions: core.permissions,
    rateLimiter: new RateLimiter({ counter, factor: 1_000_000 }),
  };
  const request = { requestId: 'test', ipAddress: '127.0.0.1', userAgent: 'vitest' };
  return {
    core,
    database,
    ids,
    botToken: secrets.botApiTokens[0] ?? '',
    dependencies,
    async settleAgain() {
      await settleGuild(database, ids, 'club');
      await cache.clear();
    },
    context: (authenticate) => createContext(dependencies, { request, authenticate }),
    async close() {
      await core.stop(1_000);
      await Promise.all([signals.close(), counter.close(), cache.close()]);
      await database.close();
    },
  };
}
