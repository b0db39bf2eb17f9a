import { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { defaultTtlMs, type Contender, type Layout } from '../contender.js';

/** ioredis alone: GET and JSON.parse, SET, DEL; SCAN for prefixes. */
export async function openPlainRedis({ redisUrl = '' }: Layout): Promise<Contender> {
  const redis = new Redis(redisUrl);
  const set = (key: string, value: unknown, ttlMs = defaultTtlMs) =>
    redis.set(key, JSON.stringify(value), 'PX', ttlMs);
  return {
    async getOrSet(key, load, options) {
      const stored = await redis.get(key);
      if (stored !== null) return JSON.parse(stored);
      const value = await load();
      await set(key, value, options?.ttlMs);
      return value;
    },
    set: (key, value, options) => set(key, value, options?.ttlMs),
    invalidateKey: (key) => redis.unlink(key),
    async invalidatePrefix(prefix) {
      for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 500 })) {
        if (Array.isArray(keys) && keys.length > 0) await redis.unlink(keys);
      }
    },
    close: async () => redis.disconnect(),
  };
}

/** lru-cache alone: one object, shared by all callers. */
export async function openPlainLru(): Promise<Contender> {
  const lru = new LRUCache<string, object>({ max: 10_000 });
  return {
    async getOrSet(key, load) {
      const stored = lru.get(key);
      if (stored !== undefined) return stored;
      const value = await load();
      if (typeof value === 'object' && value !== null) lru.set(key, value);
      return value;
    },
    set: async (key, value) => lru.set(key, value),
    invalidateKey: async (key) => lru.delete(key),
    close: async () => lru.clear(),
  };
}
