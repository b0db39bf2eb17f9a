import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Cache } from '@slimy/cache';
import { loadSecrets, loadSettings, type Secrets, type Settings } from '@slimy/config';
import { createCore, migrationTarget, openMigrated, openShared, type Core } from '@slimy/core';
import type { Database } from '@slimy/db';
import { temporaryFolder, type DatabaseTemplate, type VariantFixture } from '@slimy/testing';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import pino from 'pino';
import { createServer, type ServerParts } from '../../src/index.ts';
import { cacheMetrics } from '../../src/health/cache-metrics.ts';
import { readinessOf } from '../../src/health/readiness.ts';

/** A server without a port, over real parts, with the demo community in a database of its own. */
export interface TestServer {
  readonly app: FastifyInstance;
  readonly core: Core;
  readonly database: Database;
  readonly cache: Cache;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly botToken: string;
  /** Lines of the log. */
  readonly log: readonly string[];
  /** Sends a request as the page at the public address would, unless headers say otherwise. */
  send(request: InjectOptions): Promise<LightMyRequestResponse>;
  /** Signs in to the demo and gives the `cookie` header. */
  signIn(): Promise<string>;
  close(): Promise<void>;
}

export const PUBLIC_URL = 'http://127.0.0.1:4000';
/** The community that the demo's person owns, and the one where they are a plain member. */
export const ownGuild = '11000000000000001';
export const otherGuild = '11000000000000002';

/** The program's schema with the demo community, as a first start makes it. */
export const demo: DatabaseTemplate = {
  name: 'demo',
  fill: async (url) => {
    const database = await openMigrated(
      loadSettings({ DATA_DIR: temporaryFolder('demo'), DATABASE_URL: url, DEMO: '1' }),
      pino({ level: 'silent' }),
    );
    await database.close();
  },
};

/** The settings of a program on one engine and cache store. */
export async function settingsFor(
  fixture: VariantFixture,
  more: Readonly<Record<string, string>> = {},
): Promise<Settings> {
  return loadSettings({
    DATA_DIR: join(temporaryFolder('server'), 'data'),
    DATABASE_URL: await fixture.databaseUrl(demo),
    DATABASE_POOL_SIZE: '4',
    // Each server counts and caches for itself, though the run's Redis is one.
    CACHE_PREFIX: `${fixture.prefix}${randomBytes(3).toString('hex')}:`,
    PUBLIC_URL,
    DEMO: '1',
    ...(fixture.redisUrl === undefined ? {} : { REDIS_URL: fixture.redisUrl }),
    ...more,
  });
}

/** Opens a server; `replace` changes what it is mounted from. */
export async function openServer(
  fixture: VariantFixture,
  more: Readonly<Record<string, string>> = {},
  replace: (parts: ServerParts) => Partial<ServerParts> = () => ({}),
): Promise<TestServer> {
  const settings = await settingsFor(fixture, more);
  const log: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void log.push(line) });
  const secrets = loadSecrets(settings);
  const database = await openMigrated(settings, logger);
  const { cache, signals, counter } = await openShared(settings, database, logger);
  const core = await createCore({ settings, secrets, database, cache, signals, logger });
  const parts: ServerParts = {
    settings,
    core,
    counter,
    readiness: readinessOf(database, cache, migrationTarget(settings)),
    moreMetrics: () => cacheMetrics(cache),
    logger,
    webRoot: null,
  };
  const app = await createServer({ ...parts, ...replace(parts) });
  const host = new URL(settings.PUBLIC_URL).host;
  const send = (request: InjectOptions): Promise<LightMyRequestResponse> =>
    app.inject({ ...request, headers: { host, ...request.headers } });
  return {
    app,
    core,
    database,
    cache,
    settings,
    secrets,
    botToken: secrets.botApiTokens[0] ?? '',
    log,
    send,
    async signIn() {
      const { headers } = await send({ method: 'POST', url: '/auth/demo' });
      return String(headers['set-cookie']).split(';')[0] ?? '';
    },
    async close() {
      await app.close();
      await core.stop(1_000);
      await Promise.all([signals.close(), counter.close(), cache.close()]);
      await database.close();
    },
  };
}

/** The address of a query with its input. */
export function queryUrl(name: string, input?: unknown): string {
  return input === undefined
    ? `/trpc/${name}`
    : `/trpc/${name}?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
}
