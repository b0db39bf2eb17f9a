import { describe, expect, it } from 'vitest';
import { LocalWindowCounter, type WindowCounter } from '../src/rate/window-counter.ts';
import { RateLimiter } from '../src/rate/rate-limiter.ts';
import { rateKeyOf } from '../src/rate/rate-key.ts';
import { rateClasses, type RateClass } from '../src/rate/rate-classes.ts';

const someone = 'person:100000000000000001';

const names = ['read', 'write', 'chat', 'upload', 'login', 'export', 'ingest', 'operator'] as const;
const classes = names.map((name) => [name, rateClasses[name]] as const);

/** A shared store as several processes see it; `away` makes it fail. */
function sharedStore(now: () => number) {
  const counter = new LocalWindowCounter(now);
  const store = {
    away: false,
    asked: 0,
    add: async (key: string, amount: number, windowMs: number) => {
      store.asked += 1;
      if (store.away) throw new Error('away');
      return counter.add(key, amount, windowMs);
    },
  };
  return store satisfies WindowCounter;
}

async function allowed(
  limiter: RateLimiter,
  rateClass: RateClass,
  tries: number,
  caller = someone,
): Promise<number> {
  let passed = 0;
  for (let call = 0; call < tries; call += 1) {
    passed += await limiter.take(rateClass, caller).then(
      () => 1,
      () => 0,
    );
  }
  return passed;
}

describe('The rate limiter', () => {
  it.each(classes)(
    'lets %s calls through up to the class, then refuses until the window ends',
    async (rateClass, rule) => {
      let now = 1_000;
      const limiter = new RateLimiter({ now: () => now });
      expect(await allowed(limiter, rateClass, rule.calls + 20)).toBe(rule.calls);
      now += rule.windowSeconds * 1000 - 1;
      expect(await allowed(limiter, rateClass, 5)).toBe(0);
      now += 2;
      expect(await allowed(limiter, rateClass, 5)).toBe(Math.min(5, rule.calls));
    },
  );

  it('says how long to wait', async () => {
    let now = 0;
    const limiter = new RateLimiter({ now: () => now });
    await allowed(limiter, 'chat', 10);
    now = 20_500;
    await expect(limiter.take('chat', someone)).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      reason: 'rate_limited',
      details: { retryAfterSeconds: 40 },
    });
  });

  it('counts each class and each caller apart', async () => {
    const limiter = new RateLimiter();
    await allowed(limiter, 'chat', 10);
    expect(await allowed(limiter, 'chat', 1, 'person:2')).toBe(1);
    expect(await allowed(limiter, 'write', 1)).toBe(1);
    expect(await allowed(limiter, 'chat', 1)).toBe(0);
  });

  it('multiplies every rate by the factor', async () => {
    expect(await allowed(new RateLimiter({ factor: 3 }), 'chat', 40)).toBe(30);
    expect(await allowed(new RateLimiter({ factor: 2 }), 'export', 40)).toBe(10);
  });

  it('counts all processes together, over by at most a twentieth for each further process', async () => {
    const shared = sharedStore(Date.now);
    const processes = [1, 2, 3].map(() => new RateLimiter({ shared }));
    let passed = 0;
    for (let round = 0; round < 400; round += 1) {
      for (const limiter of processes) passed += await allowed(limiter, 'read', 1);
    }
    expect(passed).toBeGreaterThanOrEqual(600);
    expect(passed).toBeLessThanOrEqual(600 + 2 * 30);
  });

  it('asks the shared counter once in a while, not for every call', async () => {
    const shared = sharedStore(Date.now);
    await allowed(new RateLimiter({ shared }), 'read', 600);
    expect(shared.asked).toBeLessThanOrEqual(21);
  });

  it('goes on by itself while the shared counter is away, and never without a limit', async () => {
    const shared = sharedStore(Date.now);
    shared.away = true;
    expect(await allowed(new RateLimiter({ shared }), 'read', 700)).toBe(600);
  });

  it.each([
    ['login', 3],
    ['export', 1],
  ] as const)('lets fewer %s calls through while the shared counter is away', async (rateClass, calls) => {
    const shared = sharedStore(Date.now);
    shared.away = true;
    expect(await allowed(new RateLimiter({ shared }), rateClass, 20)).toBe(calls);
  });

  it('asks the shared counter for every login', async () => {
    const shared = sharedStore(Date.now);
    const passed = await allowed(new RateLimiter({ shared }), 'login', 3);
    expect(passed + (await allowed(new RateLimiter({ shared }), 'login', 9))).toBe(5);
  });

  it('refuses neither more nor fewer when calls come all at once', async () => {
    const shared = sharedStore(Date.now);
    const limiter = new RateLimiter({ shared });
    const results = await Promise.allSettled(
      Array.from({ length: 700 }, () => limiter.take('read', someone)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(600);
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
