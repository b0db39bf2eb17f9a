import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { FaultyRedis, patient } from '../support/faulty-redis.ts';

const key = 'guild:7:settings';
const tags = ['guild-7'];

describe('No invalidation is lost', () => {
  const redis = FaultyRedis.declare();

  test('while Redis is down it is pending in the journal, and confirmed by any process later', async () => {
    const journal = new MemoryJournal();
    const writer = await redis.open({ journal });
    const reader = await redis.open({ journal });
    let version = 1;
    await reader.getOrSet(key, async () => version, { tags });
    redis.server.suspend();
    version = 2;
    const startedAt = performance.now();
    const { outcome } = await writer.write({ tags }, async (pending) => {
      await journal.append(pending);
    });
    expect(outcome).toBe('pending');
    // 30 ms for the mark, 100 ms for the invalidation, and a busy machine.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(journal.rows.size).toBe(1);
    // The writer dies; what it knew is in the journal alone.
    await writer.close();
    redis.server.resume();
    const later = await redis.open({ journal, limits: patient });
    expect(journal.rows.size).toBe(0);
    expect(await later.getOrSet(key, async () => version, { tags, consistency: 'strict' })).toBe(2);
  });

  test('without a journal the process itself tries again', async () => {
    const writer = await redis.open({ retryDelayMs: 50 });
    let version = 1;
    await writer.getOrSet(key, async () => version, { tags });
    redis.server.suspend();
    version = 2;
    expect(await writer.invalidateTags(tags)).toBe('pending');
    expect(writer.stats().pendingInvalidations).toBe(1);
    expect(await writer.getOrSet(key, async () => version, { tags })).toBe(2);
    redis.server.resume();
    await eventually(() => writer.stats().pendingInvalidations === 0, 10_000);
    const other = await redis.open({ limits: patient });
    expect(await other.getOrSet(key, async () => version, { tags })).toBe(2);
  });

  test('invalidations outside a transaction are put into the journal too', async () => {
    const journal = new MemoryJournal();
    const writer = await redis.open({ journal });
    redis.server.suspend();
    expect(await writer.invalidateKeys([key])).toBe('pending');
    await eventually(() => journal.rows.size === 1);
    expect([...journal.rows.values()][0]).toMatchObject({ keys: [key], tags: [], patterns: [] });
    redis.server.resume();
    await eventually(() => journal.rows.size === 0, 10_000);
  });

  test('Redis is not trusted before the journal is drained', async () => {
    const journal = new MemoryJournal();
    const cache = await redis.open({ journal, limits: patient });
    await cache.getOrSet(key, async () => 1, { tags });
    await eventually(() => cache.exists(key, { tags, consistency: 'strict' }));
    await journal.append({ id: 'left behind', keys: [], tags, patterns: [] });
    journal.failing = true;
    await redis.admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await eventually(() => cache.stats().breaker !== 'closed');
    expect(await cache.getOrSet(key, async () => 2, { tags, consistency: 'strict' })).toBe(2);
    expect(await cache.ready(300)).toBe(false);
    journal.failing = false;
    expect(await cache.ready(10_000)).toBe(true);
    expect(journal.rows.size).toBe(0);
    expect(await cache.getOrSet(key, async () => 3, { tags, consistency: 'strict' })).toBe(3);
  });

  test('what a killed writer left is confirmed by the sweeper of another process', async () => {
    const journal = new MemoryJournal();
    const cache = await redis.open({ journal, limits: patient });
    let version = 1;
    const read = () => cache.getOrSet(key, async () => version, { tags, consistency: 'strict' });
    await read();
    await journal.append({ id: 'left behind', keys: [], tags, patterns: [] });
    version = 2;
    expect(await cache.replay()).toBe(1);
    expect(await cache.getOrSet(key, async () => version, { tags })).toBe(2);
    expect(await read()).toBe(2);
    expect(journal.rows.size).toBe(0);
    expect(await cache.replay()).toBe(0);
  });

  test('a row of the journal that is not understood invalidates everything', async () => {
    const journal = new MemoryJournal();
    const cache = await redis.open({ journal, limits: patient });
    await cache.getOrSet(key, async () => 1, { tags });
    await journal.append({ id: 'of another version', keys: [], tags: [], patterns: ['guild:*:x'] });
    expect(await cache.replay()).toBe(1);
    expect(journal.rows.size).toBe(0);
    expect(await cache.getOrSet(key, async () => 2, { tags, consistency: 'strict' })).toBe(2);
  });
});
