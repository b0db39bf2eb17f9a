import { Redis } from 'ioredis';
import { createCache, type Cache } from '../../src/index.ts';
import { eventually } from '../support/eventually.ts';
import { RedisProxy } from '../support/redis-proxy.ts';
import type { ProcessUnderTest, Surroundings, Way } from './world.ts';

/** The surroundings of many schedules, and their end. */
export interface Subject extends Surroundings {
  close(): Promise<void>;
}

/** Deadlines that a busy machine does not miss; a short wait for the lease of the other process. */
const limits = {
  hedgeMs: 3_000,
  commandMs: 5_000,
  invalidateMs: 5_000,
  leaseWaitMs: 1,
  localAgeMs: 3_600_000,
};

function optionsOf(key: string) {
  return { tags: [`tag of ${key}`] };
}

function invalidation(cache: Cache, key: string, way: Way) {
  switch (way) {
    case 'key':
      return cache.invalidateKeys([key]);
    case 'tag':
      return cache.invalidateTags([`tag of ${key}`]);
    default:
      return cache.invalidatePattern(`${key.split(':').slice(0, 2).join(':')}:*`);
  }
}

class CacheUnderTest implements ProcessUnderTest {
  readonly #cache: Cache;
  readonly #proxy: RedisProxy | undefined;

  constructor(cache: Cache, proxy?: RedisProxy) {
    this.#cache = cache;
    this.#proxy = proxy;
  }

  read(key: string, load: () => Promise<number>, strict: boolean): Promise<number> {
    const consistency = strict ? 'strict' : 'default';
    return this.#cache.getOrSet(key, load, { ...optionsOf(key), consistency });
  }

  async invalidate(key: string, way: Way): Promise<boolean> {
    return (await invalidation(this.#cache, key, way)) === 'confirmed';
  }

  async lose(): Promise<void> {
    this.#proxy?.cut();
    await eventually(() => this.#proxy === undefined || this.#cache.stats().breaker === 'open');
  }

  async regain(): Promise<void> {
    this.#proxy?.restore();
    await this.#cache.ready(10_000);
  }
}

/** Two processes on one Redis. What is evicted: the markers, the value, or the lease of a key. */
export async function cacheOnRedis(url: string, prefix: string): Promise<Subject> {
  const proxies = await Promise.all([RedisProxy.start(url), RedisProxy.start(url)]);
  const admin = new Redis(url);
  const caches = proxies.map((proxy) => createCache({ redis: { url: proxy.url }, prefix, limits }));
  const [first, second] = proxies.map((proxy, index) => {
    const cache = caches[index];
    if (cache === undefined) {
      throw new Error('a cache for each proxy');
    }
    return new CacheUnderTest(cache, proxy);
  });
  if (first === undefined || second === undefined) {
    throw new Error('two processes');
  }
  await Promise.all(caches.map((cache) => cache.ready(10_000)));
  let evictions = 0;
  return {
    processes: [first, second],
    evict: async (key) => {
      const [kind, id] = key.split(':');
      const markers = [`t:{tag of ${key}}`, `k:{${key}}`, `p:{${kind}:${id}:}`, 'g:{g}'];
      const kinds = [...markers.map((marker) => [marker]), markers, [`v:{${key}}`], [`l:{${key}}`]];
      const names = kinds[evictions % kinds.length] ?? [];
      evictions += 1;
      await admin.del(names.map((name) => `${prefix}${name}`));
    },
    close: async () => {
      await Promise.all(caches.map((cache) => cache.close()));
      await Promise.all(proxies.map((proxy) => proxy.close()));
      admin.disconnect();
    },
  };
}

/** One process without Redis: it is both processes of a schedule. */
export function cacheInProcess(): Subject {
  const cache = createCache({ limits });
  const only = new CacheUnderTest(cache);
  return {
    processes: [only, only],
    evict: () => Promise.resolve(),
    close: () => cache.close(),
  };
}

/** What most programs do: look, load, store; delete when something changes. */
class NaiveCache implements ProcessUnderTest {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #local = new Map<string, number>();

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  async read(key: string, load: () => Promise<number>): Promise<number> {
    const stored = this.#local.get(key) ?? (await this.#redis.get(this.#prefix + key));
    if (stored !== null) {
      return Number(stored);
    }
    const value = await load();
    this.#local.set(key, value);
    await this.#redis.set(this.#prefix + key, value, 'EX', 300);
    return value;
  }

  async invalidate(key: string): Promise<boolean> {
    this.#local.delete(key);
    await this.#redis.del(this.#prefix + key);
    return true;
  }

  lose(): Promise<void> {
    return Promise.resolve();
  }

  regain(): Promise<void> {
    return Promise.resolve();
  }
}

export function naiveOnRedis(url: string, prefix: string): Subject {
  const clients = [new Redis(url), new Redis(url), new Redis(url)] as const;
  const [one, two, admin] = clients;
  return {
    processes: [new NaiveCache(one, prefix), new NaiveCache(two, prefix)],
    evict: async (key) => {
      await admin.del(prefix + key);
    },
    close: () => {
      for (const client of clients) {
        client.disconnect();
      }
      return Promise.resolve();
    },
  };
}
