import { describeOnEachCache, startRedis, vectorCases } from '@slimy/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWindowCounter, type WindowCounter } from '../src/index.ts';
import { eventually } from './support/eventually.ts';
import { ManualClock } from './support/manual-clock.ts';

const limit = 3;
const windowMs = 5_000;

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

describe('rate-limit-window', () => {
  test.each(vectorCases('rate-limit-window'))('$at $keys', async ({ at, keys, expected }) => {
    const clock = new ManualClock();
    const counter = createWindowCounter({ clock });
    const allowed: boolean[] = [];
    let last = 0;
    for (const [index, time] of numbers(at).entries()) {
      clock.advance(time - last);
      last = time;
      const key = Array.isArray(keys) ? String(keys[index]) : 'one';
      allowed.push((await counter.hit(key, 1, limit, windowMs)).allowed);
    }
    expect(allowed).toEqual(expected);
  });
});

describeOnEachCache('window counter', (fixture) => {
  const redis = fixture.redisUrl === undefined ? undefined : { url: fixture.redisUrl };
  const open = () => createWindowCounter({ redis, prefix: fixture.prefix });
  let counter: WindowCounter;

  beforeAll(async () => {
    counter = open();
    await eventually(async () => (await counter.hit('ready', 0, 1, 1)).shared === (redis !== undefined));
  });
  afterAll(() => counter.close());

  test('weights count, a refused call does not, and it says when to come back', async () => {
    expect(await counter.hit('a', 2, 3, 60_000)).toMatchObject({ allowed: true, remaining: 1 });
    const refused = await counter.hit('a', 2, 3, 60_000);
    expect(refused).toMatchObject({ allowed: false, remaining: 1 });
    expect(refused.retryAfterMs).toBeGreaterThan(50_000);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(await counter.hit('a', 1, 3, 60_000)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await counter.hit('b', 1, 3, 60_000)).toMatchObject({ allowed: true, remaining: 2 });
  });

  test('a window ends', async () => {
    await counter.hit('c', 1, 1, 40);
    expect((await counter.hit('c', 1, 1, 40)).allowed).toBe(false);
    await eventually(async () => (await counter.hit('c', 1, 1, 40)).allowed);
  });
});

describe('window counter through Redis', () => {
  test('processes count together, and alone with the stricter limit while Redis is away', async () => {
    const server = await startRedis();
    const one = createWindowCounter({ redis: { url: server.url } });
    const two = createWindowCounter({ redis: { url: server.url } });
    const counters = [one, two];
    try {
      for (const counter of counters) {
        await eventually(async () => (await counter.hit('ready', 0, 1, 1)).shared);
      }
      await one.hit('k', 3, 4, 60_000);
      expect((await two.hit('k', 2, 4, 60_000)).allowed).toBe(false);
      await server.kill();
      await eventually(async () => !(await two.hit('other', 0, 4, 60_000)).shared);
      expect(await two.hit('k', 1, 4, 60_000, 1)).toMatchObject({ allowed: true, shared: false });
      expect((await two.hit('k', 1, 4, 60_000, 1)).allowed).toBe(false);
      await server.restart();
      await eventually(async () => (await two.hit('other', 0, 4, 60_000)).shared);
    } finally {
      await Promise.all(counters.map((counter) => counter.close()));
      await server.kill();
    }
  });
});
