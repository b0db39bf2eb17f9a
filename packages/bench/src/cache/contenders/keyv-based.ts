import KeyvRedis from '@keyv/redis';
import { createCache } from 'cache-manager';
import { Cacheable } from 'cacheable';
import { Keyv } from 'keyv';
import { defaultTtlMs, type Contender, type ContenderOptions, type Layout } from '../contender.js';

function redisStore(url: string): Keyv {
  const keyv = new Keyv({ store: new KeyvRedis(url) });
  // Its errors come back from the commands.
  keyv.on('error', () => {});
  return keyv;
}

/** cache-manager over Keyv: memory, Redis, or one before the other. */
export async function openCacheManager({ redisUrl, local }: Layout): Promise<Contender> {
  const memory = redisUrl === undefined || local === true ? [new Keyv()] : [];
  const shared = redisUrl === undefined ? [] : [redisStore(redisUrl)];
  const cache = createCache({ stores: [...memory, ...shared], ttl: defaultTtlMs });
  return {
    getOrSet: (key, load, options) => cache.wrap(key, load, options?.ttlMs ?? defaultTtlMs),
    set: (key, value, options) => cache.set(key, value, options?.ttlMs ?? defaultTtlMs),
    invalidateKey: (key) => cache.del(key),
    close: () => cache.disconnect(),
  };
}

/** cacheable with tags: its memory before Redis, or Redis alone when the in-process tier is to be cold. */
export async function openCacheable({ redisUrl, local }: Layout): Promise<Contender> {
  const shared = redisUrl === undefined ? undefined : redisStore(redisUrl);
  const stores = shared === undefined ? {} : local === true ? { secondary: shared } : { primary: shared };
  const cacheable = new Cacheable({ ...stores, ttl: defaultTtlMs, tags: true });
  // Its errors come back from the commands.
  cacheable.on('error', () => {});
  const set = (key: string, value: unknown, { ttlMs = defaultTtlMs, tags = [] }: ContenderOptions = {}) =>
    cacheable.set(key, value, { ttl: ttlMs, tags: [...tags] });
  return {
    async getOrSet(key, load, options) {
      if (options?.tags === undefined) {
        return cacheable.getOrSet(key, load, { ttl: options?.ttlMs ?? defaultTtlMs });
      }
      // Its own getOrSet takes no tags.
      const stored: unknown = await cacheable.get(key);
      if (stored !== undefined) return stored;
      const value = await load();
      await set(key, value, options);
      return value;
    },
    set,
    invalidateKey: (key) => cacheable.delete(key),
    invalidateTag: (tag) => cacheable.tags.invalidateTag(tag),
    close: () => cacheable.disconnect(),
  };
}
