import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';
import { defaultTtlMs, type Contender, type Layout } from '../contender.js';

/** bentocache: in-process tier, Redis, its bus between them, grace of ten minutes. */
export async function openBentocache({ redisUrl, local }: Layout): Promise<Contender> {
  const store = bentostore();
  if (local !== false) {
    store.useL1Layer(memoryDriver({ maxItems: local === 'cold' ? 1 : 10_000 }));
  }
  const clients: Redis[] = [];
  if (redisUrl !== undefined) {
    const client = new Redis(redisUrl);
    // Its errors come back from the commands.
    client.on('error', () => {});
    clients.push(client);
    store.useL2Layer(redisDriver({ connection: client }));
    if (local === true) {
      const { hostname: host, port } = new URL(redisUrl);
      store.useBus(redisBusDriver({ connection: { host, port: Number(port) } }));
    }
  }
  const bento = new BentoCache({ default: 'main', stores: { main: store }, ttl: defaultTtlMs, grace: '10m' });
  return {
    getOrSet: (key, load, options) =>
      bento.getOrSet({
        key,
        factory: load,
        ttl: options?.ttlMs ?? defaultTtlMs,
        ...(options?.tags === undefined ? {} : { tags: [...options.tags] }),
      }),
    set: (key, value, options) =>
      bento.set({
        key,
        value,
        ttl: options?.ttlMs ?? defaultTtlMs,
        ...(options?.tags === undefined ? {} : { tags: [...options.tags] }),
      }),
    invalidateKey: (key) => bento.delete({ key }),
    invalidatePrefix: (prefix) => bento.namespace(prefix).clear(),
    invalidateTag: (tag) => bento.deleteByTag({ tags: [tag] }),
    close: async () => {
      await bento.disconnectAll();
      for (const client of clients) client.disconnect();
    },
  };
}
