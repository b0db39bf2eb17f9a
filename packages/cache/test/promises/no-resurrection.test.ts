import { expect, test } from 'vitest';
import type { Cache, Consistency } from '../../src/index.ts';
import { gatedLoader } from '../support/gate.ts';
import { describeOnEachStore } from '../support/stores.ts';

const key = 'guild:7:settings';
const tags = ['guild-7', 'settings'];

const ways: readonly [string, (cache: Cache) => Promise<unknown>][] = [
  ['key', (cache) => cache.invalidateKeys([key])],
  ['tag', (cache) => cache.invalidateTags(['settings'])],
  ['prefix', (cache) => cache.invalidatePattern('guild:7:*')],
  ['first prefix', (cache) => cache.invalidatePattern('guild:*')],
  ['delete', (cache) => cache.delete(key)],
  ['clear', (cache) => cache.clear()],
  ['write', (cache) => cache.write({ tags: ['guild-7'] }, async () => {})],
];

describeOnEachStore('No resurrection', (store) => {
  const everyWay = (['strict', 'confirmed'] as const).flatMap((consistency) =>
    ways.map(([way, invalidate]) => [way, consistency, invalidate] as const),
  );
  const reader = (consistency: Consistency, load: () => Promise<number>) => (cache: Cache) =>
    cache.getOrSet(key, load, { tags, consistency });

  test.each(everyWay)(
    'an invalidation by %s reaches %s reads at once',
    async (_, consistency, invalidate) => {
      const one = await store.open();
      const other = await store.open();
      let version = 1;
      const read = reader(consistency, async () => version);
      await read(one);
      await read(other);
      version = 2;
      await invalidate(one);
      expect(await read(other)).toBe(2);
      expect(await read(one)).toBe(2);
      expect(await one.getOrSet(key, async () => version, { tags })).toBe(2);
    },
  );

  test.each(ways)('an invalidation by %s while a load runs', async (_, invalidate) => {
    const one = await store.open();
    const other = await store.open();
    let version = 1;
    const slow = gatedLoader(() => version);
    const first = one.getOrSet(key, slow.load, { tags });
    await slow.began;
    version = 2;
    await invalidate(other);
    slow.finish();
    await first;
    for (const consistency of ['confirmed', 'strict'] as const) {
      for (const cache of [one, other]) {
        expect(await reader(consistency, async () => version)(cache)).toBe(2);
      }
    }
  });

  test.each(ways)('a caller that joins after an invalidation by %s', async (_, invalidate) => {
    const cache = await store.open();
    let version = 1;
    const slow = gatedLoader(() => version);
    const first = cache.getOrSet(key, slow.load, { tags });
    await slow.began;
    version = 2;
    await invalidate(cache);
    expect(await cache.getOrSet(key, async () => version, { tags })).toBe(2);
    slow.finish();
    await first;
    expect(await cache.getOrSet(key, async () => version, { tags })).toBe(2);
  });

  test('a strict caller joins a load of another caller only when nothing changed', async () => {
    const one = await store.open();
    const other = await store.open();
    let version = 1;
    const slow = gatedLoader(() => version);
    const first = one.getOrSet(key, slow.load, { tags, consistency: 'strict' });
    await slow.began;
    const second = one.getOrSet(key, async () => version, { tags, consistency: 'strict' });
    version = 2;
    await other.invalidateTags(['settings']);
    const third = one.getOrSet(key, async () => version, { tags, consistency: 'strict' });
    expect(await third).toBe(2);
    slow.finish();
    expect(await first).toBe(1);
    expect([1, 2]).toContain(await second);
  });

  test('a pattern that is no prefix is refused with the way out', async () => {
    const cache = await store.open();
    const refused = expect(cache.invalidatePattern('guild:*:settings')).rejects;
    await refused.toThrow(/slimy cache scan/);
    await expect(cache.invalidatePattern('*')).rejects.toThrow(/clear\(\)/);
    await expect(cache.invalidatePattern('a:b:c:d:e:f:g:*')).rejects.toThrow(/6 segments/);
  });
});
