import { createCache, type Cacheable, type Consistency } from '@slimy/cache';
import { defaultTtlMs, type Contender, type ContenderOptions, type Layout } from '../contender.js';

function isCacheable(value: unknown): value is Cacheable {
  return value !== undefined && typeof value !== 'symbol';
}

async function openWith(consistency: Consistency, layout: Layout): Promise<Contender> {
  const cache = createCache({
    redis: layout.redisUrl === undefined ? undefined : { url: layout.redisUrl },
    local: layout.local === true ? {} : { entries: 1 },
  });
  await cache.ready(10_000);
  const entry = ({ tags, ttlMs = defaultTtlMs }: ContenderOptions = {}) => ({
    tags,
    ttl: ttlMs / 1_000,
    consistency,
  });
  const plain = { consistency };
  return {
    getOrSet: (key, load, options) =>
      cache.getOrSet<Cacheable>(
        key,
        async () => {
          const value = await load();
          return isCacheable(value) ? value : null;
        },
        options === undefined ? plain : entry(options),
      ),
    set: (key, value, options) => cache.set(key, value, entry(options)),
    invalidateKey: (key) => cache.invalidateKeys([key]),
    invalidateTag: (tag) => cache.invalidateTags([tag]),
    invalidatePrefix: (prefix) => cache.invalidatePattern(`${prefix}:*`),
    close: () => cache.close(),
  };
}

/** Ours, with default reads. */
export function openSlimy(layout: Layout): Promise<Contender> {
  return openWith('default', layout);
}

/** Ours, with each read confirmed against Redis. */
export function openSlimyStrict(layout: Layout): Promise<Contender> {
  return openWith('strict', layout);
}
