import { describeOnEachCache, type VariantFixture } from '@slimy/testing';
import { afterEach } from 'vitest';
import { createCache, type Cache, type CacheOptions } from '../../src/index.ts';

/** One store that the contract suite runs on. */
export interface Store {
  /** A cache of "another process": on Redis a new one each time, in-process always the same one. */
  open(options?: CacheOptions): Promise<Cache>;
}

function storeOf({ redisUrl, prefix }: VariantFixture): Store {
  let opened: Cache[] = [];
  let tests = 0;
  afterEach(async () => {
    tests += 1;
    const caches = opened;
    opened = [];
    await Promise.all(caches.map((cache) => cache.close()));
  });
  return {
    async open(options = {}) {
      const [first] = opened;
      if (redisUrl === undefined && first !== undefined) {
        return first;
      }
      const redis = redisUrl === undefined ? undefined : { url: redisUrl };
      const cache = createCache({ redis, prefix: `${prefix}${tests}:`, ...options });
      opened.push(cache);
      if (!(await cache.ready(5_000))) {
        throw new Error('the cache did not become ready');
      }
      return cache;
    },
  };
}

/** Declares a suite on each store, under the same test names. */
export function describeOnEachStore(name: string, body: (store: Store) => void): void {
  describeOnEachCache(name, (fixture) => body(storeOf(fixture)));
}
