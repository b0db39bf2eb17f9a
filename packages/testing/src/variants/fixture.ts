import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { inject } from 'vitest';
import { temporaryFolder } from '../processes/temporary-folder.js';
import { createMariaDbDatabase } from '../servers/mariadb-database.js';
import { type DatabaseTemplate, mariaDbCopy, sqliteCopy } from './database-template.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** `mysql://` URL of the run's MariaDB, without a database; provided by src/setup/mariadb.ts. */
    mariadbUrl: string | undefined;
    /** `redis://` URL of the run's Redis; provided by src/setup/redis.ts. */
    redisUrl: string | undefined;
    /** Folder for the templates of databases that the run's suites share; provided by src/setup/mariadb.ts. */
    templatesFolder: string | undefined;
  }
}

export type Engine = 'sqlite' | 'mariadb';
export type CacheStore = 'local' | 'redis';

/** What one variant of a suite works on. */
export interface VariantFixture {
  readonly engine: Engine;
  readonly cache: CacheStore;
  /**
   * A new database: a `file:` URL or a `mysql://` URL. Each call makes another one: an empty one, or a copy of
   * what the template fills in, which costs a twentieth of migrating a database.
   */
  readonly databaseUrl: (template?: DatabaseTemplate) => Promise<string>;
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
    async databaseUrl(template) {
      if (engine === 'mariadb') {
        const serverUrl = provided('mariadbUrl', 'mariadb');
        return template
          ? mariaDbCopy(template, provided('templatesFolder', 'mariadb'), serverUrl)
          : createMariaDbDatabase(serverUrl);
      }
      return template
        ? sqliteCopy(template, provided('templatesFolder', 'mariadb'))
        : `file:${join(temporaryFolder('sqlite'), 'slimy.db')}`;
    },
    redisUrl: cache === 'redis' ? provided('redisUrl', 'redis') : undefined,
    prefix: `test:${randomBytes(6).toString('hex')}:`,
  };
}

function provided(name: 'mariadbUrl' | 'redisUrl' | 'templatesFolder', server: 'mariadb' | 'redis'): string {
  const value = inject(name);
  if (!value) {
    throw new Error(
      `This run has no ${server}: add it to packageTests({ servers: [...] }) in vitest.config.ts.`,
    );
  }
  return value;
}
