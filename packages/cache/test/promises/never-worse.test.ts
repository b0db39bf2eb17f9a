import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { FaultyRedis, patient } from '../support/faulty-redis.ts';
import { watchingEvents } from '../support/watch-events.ts';

const key = 'guild:7:settings';
const tags = ['guild-7'];
const hour = 3_600_000;

describe('Never worse than no cache', () => {
  const redis = FaultyRedis.declare();

  test('Redis hung: readers get their value soon, nobody gets an error, one line in the log', async () => {
    const lines: string[] = [];
    const logger = {
      info: (line: string) => lines.push(line),
      warn: (line: string) => lines.push(line),
    };
    const cache = await redis.open({ logger });
    await cache.getOrSet(key, async () => 1);
    redis.server.suspend();
    const times: number[] = [];
    for (let round = 0; round < 60; round += 1) {
      const startedAt = performance.now();
      const value = await cache.getOrSet(`user:${round}:profile`, async () => round, {
        consistency: round % 2 === 0 ? 'strict' : 'default',
      });
      times.push(performance.now() - startedAt);
      expect(value).toBe(round);
    }
    times.sort((a, b) => a - b);
    expect(times[30]).toBeLessThan(60);
    expect(cache.stats().breaker).toBe('open');
    expect(await cache.get('user:1:unknown')).toBeUndefined();
    expect(await cache.set('user:1:name', 'x')).toBe(false);
    expect((await cache.health()).ok).toBe(false);
    redis.server.resume();
    const resumedAt = performance.now();
    await eventually(() => cache.stats().breaker === 'closed', 10_000);
    expect(performance.now() - resumedAt).toBeLessThan(5_000);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/is away/);
    expect(lines[1]).toMatch(/is back/);
  });

  test('what Redis holds is served although it is late and the database does not answer', async () => {
    const writer = await redis.open({ limits: patient });
    expect(await writer.set(key, 1)).toBe(true);
    const cache = await redis.open({ limits: { ...patient, hedgeMs: 1 } });
    let asked = 0;
    const hangs = () => {
      asked += 1;
      return new Promise<number>(() => {});
    };
    redis.server.suspend();
    const first = cache.getOrSet(key, hangs, { consistency: 'strict' });
    await eventually(() => asked === 1);
    const later = (['strict', 'strict', 'default'] as const).map((consistency) =>
      cache.getOrSet(key, hangs, { consistency }),
    );
    redis.server.resume();
    expect(await Promise.all([first, ...later])).toEqual([1, 1, 1, 1]);
    expect(cache.stats().breaker).toBe('closed');
  });

  test('a moment in which Redis says nothing is one failure, however many wait in it', async () => {
    const cache = await redis.open({ limits: { hedgeMs: 5, commandMs: 200 } });
    redis.server.suspend();
    for (let round = 0; round < 10; round += 1) {
      expect(await cache.getOrSet(`user:${round}:profile`, async () => round)).toBe(round);
    }
    await setTimeout(250);
    redis.server.resume();
    expect(await cache.ready(0)).toBe(true);
    expect(cache.stats().breaker).toBe('closed');
  });

  test('Redis dead from the start, and back later', async () => {
    await redis.server.kill();
    const lines: string[] = [];
    const logger = {
      info: (line: string) => lines.push(line),
      warn: (line: string) => lines.push(line),
    };
    const cache = redis.begin({ logger });
    expect(await cache.getOrSet(key, async () => 1)).toBe(1);
    expect(await cache.invalidateKeys([key])).toBe('pending');
    expect(await cache.getOrSet(key, async () => 2)).toBe(2);
    await eventually(() => lines.length === 1);
    await redis.server.restart();
    expect(await cache.ready(10_000)).toBe(true);
    expect(cache.stats().pendingInvalidations).toBe(0);
    expect(lines).toHaveLength(2);
  });

  test('pending invalidations are bounded: beyond the bound everything is invalidated', async () => {
    const cache = await redis.open({ retryDelayMs: hour });
    await cache.getOrSet(key, async () => 1, { tags });
    await redis.server.kill();
    await eventually(() => cache.stats().breaker === 'open');
    for (let batch = 0; batch < 101; batch += 1) {
      await Promise.all(
        Array.from({ length: 100 }, (_, index) => cache.invalidateTags([`${batch}-${index}`])),
      );
    }
    expect(cache.stats().pendingInvalidations).toBeLessThanOrEqual(10_001);
    await redis.server.restart();
    await eventually(() => cache.stats().pendingInvalidations === 0, 10_000);
  });
});

describe('Types survive', () => {
  const redis = FaultyRedis.declare();

  test('a damaged entry is a miss and is counted', async () => {
    const cache = await redis.open({ limits: patient });
    await cache.set(key, { text: 'whole' });
    const stored = await redis.admin.getBuffer(`slimy:v:{${key}}`);
    for (const position of [0, 5, 30, (stored?.length ?? 0) - 1]) {
      const damaged = Buffer.from(stored ?? '');
      damaged[position] = (damaged[position] ?? 0) ^ 0xff;
      await redis.admin.set(`slimy:v:{${key}}`, damaged);
      const reader = await redis.open({ limits: patient });
      expect(await reader.get(key)).toBeUndefined();
      expect(reader.stats().namespaces[0]?.errors).toBe(1);
      expect((await reader.explain(key)).reason).toContain('damaged');
    }
    await redis.admin.set(`slimy:v:{${key}}`, 'short');
    expect(await (await redis.open({ limits: patient })).get(key)).toBeUndefined();
  });

  test('that Redis goes, is back, and that an entry is damaged is published', () =>
    watchingEvents(async (events) => {
      const cache = await redis.open({ limits: patient });
      await cache.set(key, { text: 'whole' });
      await redis.admin.set(`slimy:v:{${key}}`, 'short');
      await (await redis.open({ limits: patient })).get(key);
      expect(events).toContainEqual({ kind: 'damaged-entry', key });
      await redis.server.kill();
      await eventually(() => events.filter(({ kind }) => kind === 'redis-away').length === 2);
      await redis.server.restart();
      await eventually(() => events.filter(({ kind }) => kind === 'redis-back').length === 2);
    }));

  test('two schema versions during a rolling deploy: each process sees its own shape', async () => {
    const before = await redis.open({ limits: patient });
    const after = await redis.open({ limits: patient });
    const readBefore = () => before.getOrSet(key, async () => ({ name: 'old' }), { schemaVersion: '1' });
    const readAfter = () => after.getOrSet(key, async () => ({ title: 'new' }), { schemaVersion: '2' });
    for (let round = 0; round < 5; round += 1) {
      expect(await readBefore()).toEqual({ name: 'old' });
      expect(await readAfter()).toEqual({ title: 'new' });
    }
    expect(after.stats().namespaces[0]?.errors).toBeGreaterThan(0);
  });
});
