import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { inject } from 'vitest';
import { temporaryFolder } from '../processes/temporary-folder.js';
import { createMariaDbDatabase } from '../servers/mariadb-database.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** `mysql://` URL of the run's MariaDB, without a database; provided by src/setup/mariadb.ts. */
    mariadbUrl: string | undefined;
    /** `redis://` URL of the run's Redis; provided by src/setup/redis.ts. */
    redisUrl: string | undefined;
  }
}

export type Engine = 'sqlite' | 'mariadb';
export type CacheStore = 'local' | 'redis';

/** What one variant of a suite works on. */
export interface VariantFixture {
  readonly engine: Engine;
  readonly cache: CacheStore;
  /** A new empty database: a `file:` URL or a `mysql://` URL. Each call makes another one. */
  databaseUrl(): Promise<string>;
  /** The run's Redis; undefined with the in-process cache. */
  readonly redisUrl: string | undefined;
  /** Key prefix that no other suite of the run uses; the run's Redis is shared. */
  readonly prefix: string;
}

/** The fixture of one engine and one cache store. @throws Error when the run was not given its server. */
export function variantFixture(engine: Engine, cache: CacheStore): VariantFixture {
  return {
    engine,
    cache,
    databaseUrl: async () =>
      engine === 'mariadb'
        ? createMariaDbDatabase(runServer('mariadb'))
        : `file:${join(temporaryFolder('sqlite'), 'slimy.db')}`,
    redisUrl: cache === 'redis' ? runServer('redis') : undefined,
    prefix: `test:${randomBytes(6).toString('hex')}:`,
  };
}

function runServer(name: 'mariadb' | 'redis'): string {
  const url = inject(name === 'mariadb' ? 'mariadbUrl' : 'redisUrl');
  if (!url) {
    throw new Error(
      `This run has no ${name}: add it to packageTests({ servers: [...] }) in vitest.config.ts.`,
    );
  }
  return url;
}
