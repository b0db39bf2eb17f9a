import { createWindowCounter } from '@slimy/cache';
import { startRedis, type PrivateRedis } from '@slimy/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WindowCounter } from '../src/rate/window-counter.ts';
import { RateLimiter } from '../src/rate/rate-limiter.ts';
import { rateKeyOf } from '../src/rate/rate-key.ts';
import { rateClasses, type RateClass } from '../src/rate/rate-classes.ts';

const someone = 'person:100000000000000001';

const names = ['read', 'write', 'chat', 'upload', 'login', 'export', 'ingest', 'operator'] as const;
const classes = names.map((name) => [name, rateClasses[name]] as const);

/** The cache's own counter on a clock that the test turns, and how often it was asked. */
function counterOn(clock: { ms: number }) {
  const counter = createWindowCounter({ clock: { monotonic: () => clock.ms, wall: () => clock.ms } });
  const watched = {
    asked: 0,
    hit: (...call: Parameters<WindowCounter['hit']>) => {
      watched.asked += 1;
      return counter.hit(...call);
    },
  };
  return watched;
}

function limiterOn(clock: { ms: number }, factor = 1): RateLimiter {
  return new RateLimiter({ counter: counterOn(clock), factor, now: () => clock.ms });
}

async function allowed(
  limiter: RateLimiter,
  rateClass: RateClass,
  tries: number,
  caller = someone,
): Promise<number> {
  let passed = 0;
  for (let call = 0; call < tries; call += 1) {
    try {
      await limiter.take(rateClass, caller);
      passed += 1;
    } catch (error) {
      expect(error).toMatchObject({ reason: 'rate_limited' });
    }
  }
  return passed;
}

describe('The rate limiter', () => {
  it.each(classes)(
    'lets %s calls through up to the class, then refuses until the window ends',
    async (name, rule) => {
      const clock = { ms: 1_000 };
      const limiter = limiterOn(clock);
      expect(await allowed(limiter, name, rule.calls + 20)).toBe(rule.calls);
      clock.ms += rule.windowSeconds * 1000 - 1;
      expect(await allowed(limiter, name, 5)).toBe(0);
      clock.ms += 2;
      expect(await allowed(limiter, name, 5)).toBe(5);
    },
  );

  it('says how long to wait', async () => {
    const clock = { ms: 0 };
    const limiter = limiterOn(clock);
    await allowed(limiter, 'chat', 10);
    clock.ms = 20_500;
    await expect(limiter.take('chat', someone)).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      reason: 'rate_limited',
      details: { retryAfterSeconds: 40 },
    });
  });

  it('counts each class and each caller apart', async () => {
    const limiter = limiterOn({ ms: 0 });
    await allowed(limiter, 'chat', 10);
    expect(await allowed(limiter, 'chat', 1, 'person:2')).toBe(1);
    expect(await allowed(limiter, 'write', 1)).toBe(1);
    expect(await allowed(limiter, 'chat', 1)).toBe(0);
  });

  it('multiplies every rate by the factor', async () => {
    expect(await allowed(limiterOn({ ms: 0 }, 3), 'chat', 40)).toBe(30);
    expect(await allowed(limiterOn({ ms: 0 }, 2), 'export', 40)).toBe(10);
  });

  it('asks the counter once in a while for a class that is called often', async () => {
    const counter = counterOn({ ms: 0 });
    expect(await allowed(new RateLimiter({ counter }), 'read', 600)).toBe(600);
    expect(counter.asked).toBe(20);
  });

  it.each(['login', 'export'] as const)('asks the counter for every %s', async (name) => {
    const counter = counterOn({ ms: 0 });
    expect(await allowed(new RateLimiter({ counter }), name, 5)).toBe(5);
    expect(counter.asked).toBe(5);
  });

  it('lets as many through as the class says when calls come all at once', async () => {
    const limiter = limiterOn({ ms: 0 });
    const calls = Array.from({ length: 700 }, async () => limiter.take('read', someone));
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(600);
  });
});

describe('Rate limiters of several processes on one Redis', () => {
  let redis: PrivateRedis;
  const counters: ReturnType<typeof createWindowCounter>[] = [];

  function processOf(): RateLimiter {
    const counter = createWindowCounter({ redis: { url: redis.url } });
    counters.push(counter);
    return new RateLimiter({ counter, shared: true });
  }

  /** Waits until a process counts through Redis: its connection opens in the background. */
  async function connected(limiter: RateLimiter): Promise<RateLimiter> {
    const counter = counters.at(-1);
    await vi.waitFor(async () => {
      const hit = await counter?.hit(`probe:${Math.random()}`, 1, 10, 1000);
      expect(hit?.shared).toBe(true);
    }, 20_000);
    return limiter;
  }

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(counters.splice(0).map((counter) => counter.close()));
    await redis.stop();
  });

  it('let no more through together than the class says', async () => {
    const processes = [
      await connected(processOf()),
      await connected(processOf()),
      await connected(processOf()),
    ];
    let passed = 0;
    for (let round = 0; round < 300; round += 1) {
      for (const limiter of processes) passed += await allowed(limiter, 'read', 1);
    }
    expect(passed).toBeLessThanOrEqual(600);
    expect(passed).toBeGreaterThanOrEqual(600 - 2 * 30);
  });

  it('count logins together to the last one', async () => {
    const [one, two] = [await connected(processOf()), await connected(processOf())];
    expect((await allowed(one, 'login', 3)) + (await allowed(two, 'login', 9))).toBe(5);
  });

  it('allow fewer logins and exports each, never unlimited ones, while Redis is away', async () => {
    const limiter = await connected(processOf());
    await redis.stop();
    expect(await allowed(limiter, 'login', 20)).toBe(3);
    expect(await allowed(limiter, 'export', 20)).toBe(1);
    expect(await allowed(limiter, 'read', 700)).toBe(600);
  });
});

describe('Calls count under', () => {
  const person = { userId: 'u1', discordId: '100000000000000001' };
  it.each([
    [
      'the person of a session',
      rateKeyOf(
        { kind: 'user', ...person, sessionId: 's', sessionExpiresAt: new Date(), operator: false },
        '10.0.0.1',
      ),
      'person:100000000000000001',
    ],
    [
      'the person the bot calls for',
      rateKeyOf({ kind: 'bot', actingAs: person }, '10.0.0.1'),
      'person:100000000000000001',
    ],
    ['the bot by itself', rateKeyOf({ kind: 'bot', actingAs: null }, '10.0.0.1'), 'bot'],
    ['the address of a stranger', rateKeyOf({ kind: 'anonymous' }, '10.0.0.1'), 'address:10.0.0.1'],
    [
      'the address behind a mapped one',
      rateKeyOf({ kind: 'anonymous' }, '::ffff:10.0.0.1'),
      'address:10.0.0.1',
    ],
    [
      'the network of an IPv6 stranger',
      rateKeyOf({ kind: 'anonymous' }, '2001:db8:1:2:3:4:5:6'),
      'address:2001:db8:1:2::/64',
    ],
    [
      'the network of a shortened one',
      rateKeyOf({ kind: 'anonymous' }, '2001:db8::1'),
      'address:2001:db8:0:0::/64',
    ],
  ])('%s', (_, key, expected) => {
    expect(key).toBe(expected);
  });
});
