import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { gatedLoader } from '../support/gate.ts';
import { FaultyRedis, patient } from '../support/faulty-redis.ts';

const key = 'guild:7:settings';
const tags = ['guild-7'];

describe('Writes are crash-safe', () => {
  const redis = FaultyRedis.declare();

  test('a writer killed in the middle leaves entries uncached for seconds, never stale', async () => {
    const writer = await redis.startProcess(1_500);
    const cache = await redis.open({ limits: patient });
    let version = 1;
    const read = () => cache.getOrSet(key, async () => version, { tags });
    await read();
    await writer.order({ order: 'hold-write', tag: 'guild-7' }, 'in-change');
    // The change commits, and nobody is left to say so.
    version = 2;
    await writer.kill();
    await eventually(async () => (await read()) === 2);
    expect(await cache.getOrSet(key, async () => version, { tags, consistency: 'strict' })).toBe(2);
    // While the mark stands nothing is kept; then it is again.
    await eventually(async () => {
      await read();
      return cache.exists(key, { tags, consistency: 'strict' });
    }, 10_000);
    version = 3;
    expect(await cache.getOrSet(key, async () => version, { tags, consistency: 'strict' })).toBe(2);
  });

  test('while a change runs nothing it touches is kept, whoever loads it', async () => {
    const writer = await redis.open({ limits: patient });
    const reader = await redis.open({ limits: patient });
    let version = 1;
    const slow = gatedLoader(() => {});
    const write = writer.write({ tags }, slow.load);
    await slow.began;
    const read = () => reader.getOrSet(key, async () => version, { tags });
    expect(await read()).toBe(1);
    version = 2;
    expect(await read()).toBe(2);
    slow.finish();
    expect((await write).outcome).toBe('confirmed');
    expect(await read()).toBe(2);
    version = 3;
    expect(await read()).toBe(2);
  });

  test('two writers at once: the first to end does not take the mark of the second', async () => {
    const one = await redis.open({ limits: patient });
    const other = await redis.open({ limits: patient });
    const reader = await redis.open({ limits: patient });
    let version = 1;
    const read = () => reader.getOrSet(key, async () => version, { tags, consistency: 'strict' });
    const first = gatedLoader(() => {});
    const second = gatedLoader(() => {});
    const writes = [one.write({ tags }, first.load), other.write({ tags }, second.load)];
    await Promise.all([first.began, second.began]);
    first.finish();
    await writes[0];
    expect(await read()).toBe(1);
    version = 2;
    expect(await read()).toBe(2);
    second.finish();
    await writes[1];
    expect(await read()).toBe(2);
    version = 3;
    expect(await read()).toBe(2);
  });

  test('a change that fails passes its error on, and is invalidated all the same', async () => {
    const cache = await redis.open({ limits: patient });
    await cache.getOrSet(key, async () => 1, { tags });
    const write = cache.write({ tags }, async () => {
      throw new Error('deadlock');
    });
    await expect(write).rejects.toThrow('deadlock');
    expect(await cache.getOrSet(key, async () => 2, { tags })).toBe(2);
  });
});

describe('Single flight', () => {
  const redis = FaultyRedis.declare();

  test('a lease holder killed in the middle delays the others by the lease at most', async () => {
    const holder = await redis.startProcess();
    await holder.order({ order: 'hold-load', key }, 'load-began');
    const cache = await redis.open({ limits: { ...patient, leaseWaitMs: 60_000 } });
    const read = cache.getOrSet(key, async () => 'loaded');
    await eventually(() => (cache.stats().namespaces[0]?.leaseWaits ?? 0) > 0);
    const startedAt = performance.now();
    await holder.kill();
    expect(await read).toBe('loaded');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
