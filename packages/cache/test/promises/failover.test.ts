import { startRedisCluster, startRedisSentinel } from '@slimy/testing';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { createCache, type Cache } from '../../src/index.ts';
import { eventually } from '../support/eventually.ts';

const patient = { hedgeMs: 3_000, commandMs: 5_000, invalidateMs: 5_000, storeMs: 5_000 };

async function open(url: string): Promise<Cache> {
  const cache = createCache({ redis: { url }, limits: patient });
  expect(await cache.ready(20_000)).toBe(true);
  return cache;
}

describe('No resurrection after a failover', () => {
  test('Sentinel: a replica that lacks the last epochs becomes master, and serves nothing old', async () => {
    const sentinel = await startRedisSentinel();
    const [first, second] = sentinel.servers;
    const writer = await open(sentinel.url);
    const reader = await open(sentinel.url);
    const caches = [writer, reader];
    try {
      let version = 1;
      const keys = Array.from({ length: 50 }, (_, index) => `guild:${index}:settings`);
      const read = (cache: Cache, key: string) =>
        cache.getOrSet(key, async () => version, { tags: ['all'], consistency: 'strict' });
      await Promise.all(keys.map((key) => read(writer, key)));
      await eventually(async () => (await reader.getMany(keys, { tags: ['all'] })).size === 50);
      const replica = new Redis(second.port, '127.0.0.1');
      await eventually(async () => (await replica.exists('slimy:v:{guild:49:settings}')) === 1);
      // The replica hears no more: what is confirmed from here on, it lacks.
      second.suspend();
      version = 2;
      expect(await writer.invalidateTags(['all'])).toBe('confirmed');
      await first.kill();
      second.resume();
      await eventually(async () => (await replica.info('replication')).includes('role:master'), 20_000);
      expect(await replica.exists('slimy:v:{guild:49:settings}')).toBe(1);
      for (const cache of caches) {
        expect(await Promise.all(keys.map((key) => read(cache, key)))).toEqual(keys.map(() => 2));
        expect(await cache.ready(20_000)).toBe(true);
        expect(await Promise.all(keys.map((key) => read(cache, key)))).toEqual(keys.map(() => 2));
      }
      replica.disconnect();
    } finally {
      await Promise.all(caches.map((cache) => cache.close()));
      second.resume();
      await sentinel.kill();
    }
  }, 90_000);

  test('Cluster: a master is killed and its replica takes over', async () => {
    const cluster = await startRedisCluster({ replicas: true });
    const writer = await open(cluster.url);
    const reader = await open(cluster.url);
    const caches = [writer, reader];
    try {
      let version = 1;
      const keys = Array.from({ length: 50 }, (_, index) => `guild:${index}:settings`);
      const read = (cache: Cache, key: string) =>
        cache.getOrSet(key, async () => version, { tags: ['all'], consistency: 'strict' });
      await Promise.all(keys.map((key) => read(writer, key)));
      await eventually(async () => (await reader.getMany(keys, { tags: ['all'] })).size === 50);
      version = 2;
      expect(await writer.invalidateTags(['all'])).toBe('confirmed');
      await cluster.nodes[0]?.kill();
      await eventually(() => caches.every((cache) => cache.stats().breaker !== 'closed'), 20_000);
      for (const cache of caches) {
        expect(await read(cache, 'guild:0:settings')).toBe(2);
      }
      version = 3;
      await writer.invalidateTags(['all']);
      await eventually(() => caches.every((cache) => cache.stats().breaker === 'closed'), 60_000);
      for (const cache of caches) {
        expect(await Promise.all(keys.map((key) => read(cache, key)))).toEqual(keys.map(() => 3));
      }
    } finally {
      await Promise.all(caches.map((cache) => cache.close()));
      await cluster.kill();
    }
  }, 120_000);
});

describe('several processes without Redis', () => {
  test('with the in-process tier off nothing old is served, and it says so', async () => {
    const lines: string[] = [];
    const cache = createCache({
      logger: { info: (line) => lines.push(line), warn: (line) => lines.push(line) },
    });
    let version = 1;
    const read = () => cache.getOrSet('guild:1:name', async () => version);
    expect(await read()).toBe(1);
    cache.bypassLocal('another process uses the same database, and there is no Redis');
    version = 2;
    expect(await read()).toBe(2);
    version = 3;
    expect(await read()).toBe(3);
    expect(lines).toEqual([
      'the in-process cache is off: another process uses the same database, and there is no Redis',
    ]);
    expect((await cache.explain('guild:1:name')).reason).toContain('another process');
    cache.bypassLocal(null);
    expect(await read()).toBe(3);
    version = 4;
    expect(await read()).toBe(3);
    await cache.close();
  });
});
