import { randomBytes } from 'node:crypto';
import { afterEach, describe, inject } from 'vitest';
import { createCache, type Cache, type CacheOptions } from '../../src/index.ts';

/** One store that the contract suite runs on. */
export interface Store {
  readonly kind: 'local' | 'redis' | 'sentinel' | 'cluster';
  /** Where it is; undefined in-process. */
  readonly redis: { readonly url: string } | undefined;
  /** The prefix of this test. */
  readonly prefix: string;
  /** A cache of "another process": on Redis a new one each time, in-process always the same one. */
  open(options?: CacheOptions): Promise<Cache>;
  /** Closes the caches and goes on under another prefix, as is done after each test. */
  reset(): Promise<void>;
}

const urls = {
  local: () => undefined,
  redis: () => inject('redisUrl'),
  sentinel: () => inject('sentinelUrl'),
  cluster: () => inject('clusterUrl'),
} as const;

/** Deadlines that a busy machine does not miss; suites about deadlines set their own. */
const patient = { hedgeMs: 3_000, commandMs: 5_000, invalidateMs: 5_000, storeMs: 5_000 };

/** Opens caches on one Redis under a prefix of its own for each test, and closes them after it. */
export function storeAt(kind: Store['kind'], url: string | undefined): Store {
  let opened: Cache[] = [];
  let prefix = '';
  const renew = (): void => {
    prefix = `test:${randomBytes(6).toString('hex')}:`;
  };
  renew();
  const reset = async (): Promise<void> => {
    const caches = opened;
    opened = [];
    renew();
    await Promise.all(caches.map((cache) => cache.close()));
  };
  afterEach(reset);
  const redis = url === undefined ? undefined : { url };
  return {
    kind,
    redis,
    reset,
    get prefix() {
      return prefix;
    },
    async open(options = {}) {
      const [first] = opened;
      if (redis === undefined && first !== undefined) {
        return first;
      }
      const limits = { ...patient, ...options.limits };
      const cache = createCache({ redis, prefix, ...options, limits });
      opened.push(cache);
      if (!(await cache.ready(10_000))) {
        throw new Error('the cache did not become ready');
      }
      return cache;
    },
  };
}

/** Declares a suite on each store, under the same test names. */
export function describeOnEachStore(name: string, body: (store: Store) => void): void {
  for (const kind of ['local', 'redis', 'sentinel', 'cluster'] as const) {
    describe(`${name} [${kind}]`, () => body(storeAt(kind, urls[kind]())));
  }
}
