import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { describeOnEachStore } from '../support/stores.ts';
import { watchingEvents } from '../support/watch-events.ts';

const key = 'guild:11:settings';
const tags = ['guild-11'];

describeOnEachStore('Seen from outside', (store) => {
  test('statistics by namespace', async () => {
    const one = await store.open();
    const other = await store.open();
    await one.getOrSet(key, async () => 1);
    await one.getOrSet(key, async () => 1);
    await eventually(() => other.exists(key, { consistency: 'strict' }));
    await other.getOrSet('db:guilds:byId:(id="1")', async () => 1);
    await one.invalidateKeys([key]);
    const guilds = one.stats().namespaces.find(({ namespace }) => namespace === 'guild');
    expect(guilds).toMatchObject({ misses: 1, invalidations: 1 });
    expect(guilds?.localHits).toBeGreaterThanOrEqual(1);
    expect(guilds?.readP50Ms).toBeGreaterThan(0);
    expect(other.stats().namespaces.map(({ namespace }) => namespace)).toContain('db:guilds');
    const stats = one.stats();
    expect(stats.mode).toBe(store.kind === 'local' ? 'in-process' : 'redis');
    expect(stats.breaker).toBe('closed');
    expect(stats.localEntries).toBeGreaterThanOrEqual(0);
    expect(stats.pendingInvalidations).toBe(0);
  });

  test('explain says why an entry is served, or not', async () => {
    const clock = new ManualClock();
    const cache = await store.open({ clock });
    const options = { tags, source: 'database', schemaVersion: '2' };
    expect((await cache.explain(key)).served).toBe(false);
    await cache.getOrSet(key, async () => 1, options);
    const served = await cache.explain(key);
    expect(served).toMatchObject({ served: true, tier: 'local', source: 'database' });
    expect(served.schemaVersion).toBe('2');
    expect(served.expiresAt?.getTime()).toBeGreaterThan(served.storedAt?.getTime() ?? Infinity);
    expect((await cache.explain(key, { schemaVersion: '3' })).served).toBe(false);
    await cache.invalidateTags(tags);
    const dead = await cache.explain(key, { tags });
    expect(dead.served).toBe(false);
    expect(dead.tier).toBe('none');
    if (store.kind !== 'local') {
      expect(dead.changedDependencies).toEqual(['tag guild-11']);
      expect(dead.reason).toContain('invalidated');
    }
    clock.advance(86_400_000);
    expect((await cache.explain(key)).served).toBe(false);
  });

  test('events on the diagnostics channel', async () => {
    const cache = await store.open();
    await watchingEvents(async (events) => {
      await cache.getOrSet(key, async () => 1);
      await cache.invalidateKeys([key]);
      await cache
        .getOrSet('guild:12:settings', async (): Promise<number> => {
          throw new Error('away');
        })
        .catch(() => {});
      const kinds = events.map(({ kind }) => kind);
      expect(kinds).toContain('loaded');
      expect(kinds).toContain('load-failed');
      expect(kinds).toContain('invalidated');
      expect(events).toContainEqual({
        kind: 'invalidated',
        dependencies: [`key ${key}`],
        outcome: 'confirmed',
      });
    });
  });

  test('health and readiness', async () => {
    const cache = await store.open();
    expect(await cache.ready()).toBe(true);
    expect(await cache.health()).toMatchObject({ ok: true, pendingInvalidations: 0 });
  });
});
