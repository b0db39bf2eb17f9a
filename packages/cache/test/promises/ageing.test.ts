import { expect, test } from 'vitest';
import type { Cache, Served } from '../../src/index.ts';
import { eventually } from '../support/eventually.ts';
import { gatedLoader } from '../support/gate.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { describeOnEachStore, type Store } from '../support/stores.ts';

const key = 'user:9:profile';

async function openWithClock(store: Store) {
  const clock = new ManualClock();
  const cache = await store.open({ clock, ttlSeconds: 100, staleSeconds: 200 });
  return { clock, cache };
}

describeOnEachStore('Expired is not invalidated', (store) => {
  test('an aged value is served while it is loaded anew', async () => {
    const { clock, cache } = await openWithClock(store);
    let version = 1;
    const load = async () => version;
    await cache.getOrSet(key, load);
    version = 2;
    clock.advance(150_000);
    let stale: boolean | undefined;
    const onServed = (served: { stale: boolean }) => {
      stale = served.stale;
    };
    expect(await cache.getOrSet(key, load, { onServed })).toBe(1);
    expect(stale).toBe(true);
    await eventually(async () => (await cache.getOrSet(key, load)) === 2);
  });

  test('of two processes that hold an aged value one loads it anew, and both have the new one', async () => {
    const clock = new ManualClock();
    const options = { clock, ttlSeconds: 1, staleSeconds: 200 };
    const [one, other] = [await store.open(options), await store.open(options)];
    let loads = 0;
    const load = async () => {
      loads += 1;
      return loads;
    };
    for (const cache of [one, other]) {
      expect(await cache.getOrSet(key, load)).toBe(1);
    }
    clock.advance(1_500);
    expect(await one.getOrSet(key, load)).toBe(1);
    await eventually(async () => (await one.getOrSet(key, load)) === 2);
    await eventually(async () => (await other.getOrSet(key, load)) === 2);
    expect(loads).toBe(2);
  });

  test('an aged value is served when its load fails, and the error is counted', async () => {
    const { clock, cache } = await openWithClock(store);
    await cache.getOrSet(key, async () => 1);
    clock.advance(150_000);
    const fail = async (): Promise<number> => {
      throw new Error('the database is away');
    };
    expect(await cache.getOrSet(key, fail)).toBe(1);
    await eventually(() => (cache.stats().namespaces[0]?.errors ?? 0) > 0);
    expect(await cache.getOrSet(key, fail)).toBe(1);
  });

  test('an aged value is not served after an invalidation', async () => {
    const { clock, cache } = await openWithClock(store);
    await cache.getOrSet(key, async () => 1, { tags: ['people'] });
    clock.advance(150_000);
    await cache.invalidateTags(['people']);
    expect(await cache.getOrSet(key, async () => 2, { tags: ['people'] })).toBe(2);
  });

  test('a refresh in the background that ends after an invalidation changes nothing', async () => {
    const { clock, cache } = await openWithClock(store);
    let version = 1;
    await cache.getOrSet(key, async () => version);
    clock.advance(150_000);
    const slow = gatedLoader(() => version);
    expect(await cache.getOrSet(key, slow.load)).toBe(1);
    await slow.began;
    version = 2;
    await cache.invalidateKeys([key]);
    slow.finish();
    expect(await cache.getOrSet(key, async () => version)).toBe(2);
    expect(await cache.getOrSet(key, async () => version, { consistency: 'strict' })).toBe(2);
  });

  test('after the stale window, and at once for strict readers, the value is loaded', async () => {
    const { clock, cache } = await openWithClock(store);
    await cache.getOrSet(key, async () => 1);
    clock.advance(150_000);
    expect(await cache.get(key)).toBeUndefined();
    expect(await cache.getOrSet(key, async () => 2, { consistency: 'strict' })).toBe(2);
    clock.advance(400_000);
    expect(await cache.getOrSet(key, async () => 3)).toBe(3);
  });

  test('a confirmed reader gets an aged value while it is loaded anew or cannot be, never one that was invalidated', async () => {
    const { clock, cache } = await openWithClock(store);
    const other = await store.open({ clock, ttlSeconds: 100, staleSeconds: 200 });
    let version = 1;
    let away = false;
    const read = async (from: Cache): Promise<{ value: number; stale: boolean | undefined }> => {
      let stale: boolean | undefined;
      const load = async () => {
        if (away) throw new Error('the database is away');
        return version;
      };
      const onServed = (served: Served) => {
        stale = served.stale;
      };
      const value = await from.getOrSet(key, load, { consistency: 'confirmed', tags: ['people'], onServed });
      return { value, stale };
    };
    expect(await read(cache)).toEqual({ value: 1, stale: false });
    clock.advance(150_000);
    away = true;
    expect(await read(cache)).toEqual({ value: 1, stale: true });
    expect(await read(cache)).toEqual({ value: 1, stale: true });
    version = 2;
    await other.invalidateTags(['people']);
    await expect(read(cache)).rejects.toThrow('the database is away');
    away = false;
    // Longer than a loader that failed is left alone.
    clock.advance(6_000);
    expect((await read(cache)).value).toBe(2);
    clock.advance(150_000);
    version = 3;
    expect(await read(cache)).toEqual({ value: 2, stale: true });
    await eventually(async () => (await read(cache)).value === 3);
  });

  test('steps of the clock on the wall change nothing', async () => {
    const { clock, cache } = await openWithClock(store);
    await cache.getOrSet(key, async () => 1);
    clock.step(-86_400_000);
    expect(await cache.getOrSet(key, async () => 2)).toBe(1);
    clock.step(10 * 86_400_000);
    expect(await cache.getOrSet(key, async () => 2)).toBe(1);
    expect(await cache.getOrSet(key, async () => 2, { consistency: 'strict' })).toBe(1);
  });

  test('0 seconds means not stored, and a lifetime out of range is refused', async () => {
    const cache = await store.open();
    expect(await cache.getOrSet(key, async () => 1, { ttl: 0 })).toBe(1);
    expect(await cache.getOrSet(key, async () => 2, { ttl: 0 })).toBe(2);
    await expect(cache.set(key, 1, { ttl: -1 })).rejects.toThrow(/ttl/);
    await expect(cache.set(key, 1, { stale: Number.NaN })).rejects.toThrow(/stale/);
  });
});

describeOnEachStore('`null` has its own lifetime', (store) => {
  test('"not found" expires sooner and is never served stale', async () => {
    const { clock, cache } = await openWithClock(store);
    const found = async (): Promise<string | null> => 'found';
    const options = { negativeTtl: 10 };
    expect(await cache.getOrSet<string | null>(key, async () => null, options)).toBeNull();
    expect(await cache.getOrSet(key, found, options)).toBeNull();
    clock.advance(11_000);
    expect(await cache.getOrSet(key, found, options)).toBe('found');
  });
});

describeOnEachStore('Jitter and early refresh', (store) => {
  test('keys stored together do not expire together, and none lives longer than asked', async () => {
    const { cache, clock } = await openWithClock(store);
    const lifetimes: number[] = [];
    for (let index = 0; index < 60; index += 1) {
      await cache.set(`user:${index}:profile`, index);
      const { expiresAt } = await cache.explain(`user:${index}:profile`);
      lifetimes.push((expiresAt?.getTime() ?? 0) - clock.wall());
    }
    expect(Math.max(...lifetimes)).toBeLessThanOrEqual(100_100);
    expect(Math.min(...lifetimes)).toBeGreaterThanOrEqual(89_900);
    expect(Math.max(...lifetimes) - Math.min(...lifetimes)).toBeGreaterThan(5_000);
  });

  test('a value whose load takes long is loaded anew before it expires', async () => {
    const { cache, clock } = await openWithClock(store);
    const keys = Array.from({ length: 8 }, (_, index) => `guild:${index}:report`);
    let loads = 0;
    const load = async () => {
      loads += 1;
      clock.advance(50_000);
      return loads;
    };
    for (const one of keys) {
      await cache.getOrSet(one, load, { ttl: 10_000 });
    }
    let stale = 0;
    clock.advance(8_400_000);
    // A load is early when no reader was served past the TTL for it.
    for (let seconds = 0; loads - keys.length - stale <= 0; seconds += 5) {
      expect(seconds).toBeLessThan(2_000);
      clock.advance(5_000);
      for (const one of keys) {
        await cache.getOrSet(one, load, {
          ttl: 10_000,
          onServed: (served) => {
            stale += served.stale ? 1 : 0;
          },
        });
      }
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  });
});
