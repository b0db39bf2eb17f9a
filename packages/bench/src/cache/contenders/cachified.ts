import { cachified, type Cache, type CacheEntry } from '@epic-web/cachified';
import { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { defaultTtlMs, type Contender, type Layout } from '../contender.js';

/** cachified over lru-cache, or over JSON in Redis: it has one tier at a time. */
export async function openCachified({ redisUrl }: Layout): Promise<Contender> {
  const client = redisUrl === undefined ? undefined : new Redis(redisUrl);
  // Its errors come back from the commands.
  client?.on('error', () => {});
  const lru = new LRUCache<string, CacheEntry>({ max: 10_000 });
  const cache: Cache =
    client === undefined
      ? {
          get: (key) => lru.get(key),
          set: (key, entry) => lru.set(key, entry),
          delete: (key) => lru.delete(key),
        }
      : {
          async get(key) {
            const stored = await client.get(key);
            return stored === null ? undefined : JSON.parse(stored);
          },
          set: (key, entry) => client.set(key, JSON.stringify(entry), 'PX', 2 * defaultTtlMs),
          delete: (key) => client.unlink(key),
        };
  return {
    getOrSet: (key, load, options) =>
      cachified({
        key,
        cache,
        ttl: options?.ttlMs ?? defaultTtlMs,
        swr: defaultTtlMs,
        getFreshValue: load,
      }),
    set: async (key, value, options) =>
      cache.set(key, {
        metadata: { createdTime: Date.now(), ttl: options?.ttlMs ?? defaultTtlMs, swr: defaultTtlMs },
        value,
      }),
    invalidateKey: async (key) => cache.delete(key),
    close: async () => client?.disconnect(),
  };
}
