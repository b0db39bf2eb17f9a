import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { describeOnEachStore, type Store } from '../support/stores.ts';
import { watchCommands } from '../support/watch-commands.ts';

const manyTags = Array.from({ length: 12 }, (_, index) => `tag-${index}`);

/** The commands that an action sends. */
async function commandsOf(store: Store, action: () => Promise<unknown>): Promise<string[]> {
  const last = await store.open();
  const watch = await watchCommands(store);
  try {
    await action();
    if (store.kind !== 'local') {
      // What a connection of its own sends afterwards is reported after what was sent before.
      await last.invalidateKeys(['end']);
      await eventually(() => watch.names.some((name) => name.startsWith('EVAL')));
    }
    return watch.names;
  } finally {
    watch.stop();
  }
}

describeOnEachStore('One round trip for a warm read', (store) => {
  test.each([0, 1, 3, 12])('with %i tags', async (count) => {
    const key = 'guild:1:members';
    const tags = manyTags.slice(0, count);
    const writer = await store.open();
    const reader = await store.open();
    await writer.getOrSet(key, async () => 'value', { tags });
    await eventually(() => writer.exists(key, { tags, consistency: 'strict' }));
    const served: string[] = [];
    const read = () =>
      reader.getOrSet(key, async () => 'loaded', {
        tags,
        onServed: ({ tier }) => served.push(tier),
      });
    const first = await commandsOf(store, read);
    const again = await commandsOf(store, read);
    if (store.kind === 'local') {
      expect(served).toEqual(['local', 'local']);
      return;
    }
    expect(served).toEqual(['shared', 'local']);
    const reads = first.filter((name) => name !== 'EVALSHA' && name !== 'PUBLISH');
    expect(new Set(reads)).toEqual(new Set(['MGET']));
    if (store.kind !== 'cluster') {
      expect(reads).toHaveLength(1);
    }
    expect(again.filter((name) => name === 'MGET')).toHaveLength(0);
  });

  test('many keys are read together', async () => {
    const cache = await store.open();
    const keys = Array.from({ length: 20 }, (_, index) => `guild:${index}:settings`);
    await Promise.all(keys.map((key) => cache.set(key, key)));
    const reader = await store.open();
    const names = await commandsOf(store, async () => {
      expect((await reader.getMany(keys)).size).toBe(20);
    });
    if (store.kind === 'redis' || store.kind === 'sentinel') {
      expect(names.filter((name) => name === 'MGET')).toHaveLength(1);
    }
  });
});

describeOnEachStore('Prefix and tag invalidation cost O(1)', (store) => {
  test.each([
    ['tag', 10],
    ['tag', 500],
    ['prefix', 10],
    ['prefix', 500],
  ])('by %s over %i keys', async (way, count) => {
    const cache = await store.open();
    const keys = Array.from({ length: count }, (_, index) => `guild:5:member:${index}`);
    await Promise.all(keys.map((key) => cache.set(key, 1, { tags: ['guild-5'] })));
    expect((await cache.getMany(keys, { tags: ['guild-5'] })).size).toBe(count);
    const names = await commandsOf(store, () =>
      way === 'tag' ? cache.invalidateTags(['guild-5']) : cache.invalidatePattern('guild:5:*'),
    );
    // One of this invalidation and one of the last, each with its announcement on a Cluster.
    expect(names.length).toBeLessThanOrEqual(4);
    expect(names).not.toContain('KEYS');
    expect(names).not.toContain('SCAN');
    expect((await cache.getMany(keys, { tags: ['guild-5'] })).size).toBe(0);
  });

  test('segments are escaped and levels are bounded', async () => {
    const cache = await store.open();
    const deep = 'a:b:c:d:e:f:g:h:i';
    await cache.set(deep, 1);
    await cache.invalidatePattern('a:b:c:d:e:f:*');
    expect(await cache.get(deep)).toBeUndefined();
    const tags = Array.from({ length: 16 }, (_, index) => `t${index}`);
    expect(() => cache.set('guild:1:x', 1, { tags })).toThrow(/at most 16/);
  });
});
