import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { createWindowCounter } from '../../src/index.ts';
import { eventually } from '../support/eventually.ts';
import { describeOnEachStore } from '../support/stores.ts';

const person = '01PERSON';
const entries = {
  [`user:${person}:profile`]: { name: 'Mira' },
  'guild:11:members:page': [{ userId: person, name: 'Mira' }],
  'guild:12:detail': { large: 'Mira '.repeat(10_000) },
};

describeOnEachStore('Purged is gone', (store) => {
  test('from the in-process tier of every process, and read anew', async () => {
    const processes = [await store.open(), await store.open()];
    for (const cache of processes) {
      for (const [key, value] of Object.entries(entries)) await cache.getOrSet(key, async () => value);
      expect(cache.stats().localEntries).toBeGreaterThan(0);
    }
    expect(await processes[0]?.purge([person])).toBe(true);
    for (const cache of processes) {
      await eventually(async () => cache.stats().localEntries === 0);
      for (const key of Object.keys(entries)) {
        expect(await cache.get(key, { consistency: 'strict' })).toBeUndefined();
        expect(await cache.getOrSet(key, async () => 'anew', { consistency: 'strict' })).toBe('anew');
      }
      await cache.purge([]);
    }
  });

  test('from Redis with its name, and only there', async () => {
    const { redis } = store;
    const cache = await store.open();
    const counter = createWindowCounter({ redis, prefix: store.prefix });
    await eventually(async () => (await counter.hit('address', 1, 10, 60_000)).shared || redis === undefined);
    await counter.hit(`user:${person}`, 1, 10, 60_000);
    for (const [key, value] of Object.entries(entries)) await cache.getOrSet(key, async () => value);
    await cache.invalidateKeys([`user:${person}:profile`, 'guild:99:never']);
    expect(await cache.purge([person])).toBe(true);
    if (store.kind === 'redis') {
      const client = new Redis(redis?.url ?? '');
      const names = await client.keys(`${store.prefix}*`);
      client.disconnect();
      expect(names.map((name) => name.slice(store.prefix.length)).toSorted()).toEqual([
        'g:{g}',
        'servers:{g}',
        'w:{address}',
      ]);
    }
    // Whoever writes at that moment is not overlooked.
    await cache.write({ keys: ['guild:12:detail'] }, async () => {
      await cache.getOrSet('guild:12:detail', async () => 'before the change');
      await cache.purge([person]);
    });
    expect(await cache.getOrSet('guild:12:detail', async () => 'after', { consistency: 'strict' })).toBe(
      'after',
    );
    await counter.close();
  });
});
