import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { describeOnEachStore } from '../support/stores.ts';

const keys = [
  'guild:11:detail',
  'guild:11:members:page',
  'guild:12:detail',
  'user:7:profile',
  'odd:[a]?\\:detail',
];

describeOnEachStore('A scan', (store) => {
  test('finds what is stored under keys that match, and nothing else', async () => {
    const cache = await store.open();
    for (const key of keys) await cache.getOrSet(key, async () => key);
    await eventually(async () => (await cache.scan('*', 100))?.keys.length === keys.length);
    const found = async (pattern: string) => {
      const scan = await cache.scan(pattern, 100);
      expect(scan?.complete).toBe(true);
      return scan?.keys.toSorted();
    };
    expect(await found('*:detail')).toEqual(['guild:11:detail', 'guild:12:detail', 'odd:[a]?\\:detail']);
    expect(await found('guild:*:d*l')).toEqual(['guild:11:detail', 'guild:12:detail']);
    expect(await found('guild:11:detail')).toEqual(['guild:11:detail']);
    expect(await found('odd:[a]?\\*')).toEqual(['odd:[a]?\\:detail']);
    // A text of the pattern is used once: the key has it but once.
    expect(await found('guild:11:detail*detail')).toEqual([]);
    expect(await found('guild')).toEqual([]);
    expect(await found('*members*page*')).toEqual(['guild:11:members:page']);
    await expect(cache.scan('', 100)).rejects.toThrow(TypeError);
  });

  test('gives as many as asked for, and says that there are more', async () => {
    const cache = await store.open();
    for (const key of keys) await cache.getOrSet(key, async () => key);
    await eventually(async () => (await cache.scan('*', 100))?.keys.length === keys.length);
    const some = await cache.scan('*', 2);
    expect(some?.keys).toHaveLength(2);
    expect(some?.complete).toBe(false);
    expect(await cache.scan('guild:*', 3)).toMatchObject({ complete: true });
    await cache.delete('guild:12:detail');
    await eventually(async () => (await cache.scan('guild:12:*', 3))?.keys.length === 0);
  });
});
