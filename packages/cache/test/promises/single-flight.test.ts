import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { gatedLoader } from '../support/gate.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { describeOnEachStore } from '../support/stores.ts';

const key = 'guild:3:stats';

describeOnEachStore('Single flight', (store) => {
  test('1,000 callers of a missing key share one load', async () => {
    const cache = await store.open();
    const slow = gatedLoader(() => ({ n: 1 }));
    const callers = Array.from({ length: 1_000 }, () => cache.getOrSet(key, slow.load));
    await slow.began;
    slow.finish();
    const values = await Promise.all(callers);
    expect(slow.calls()).toBe(1);
    expect(new Set(values).size).toBe(1_000);
    expect(values.every((value) => value.n === 1)).toBe(true);
  });

  test('1,000 strict callers share one load too', async () => {
    const cache = await store.open();
    const slow = gatedLoader(() => 1);
    const callers = Array.from({ length: 1_000 }, () =>
      cache.getOrSet(key, slow.load, { consistency: 'strict' }),
    );
    await slow.began;
    slow.finish();
    await Promise.all(callers);
    expect(slow.calls()).toBe(1);
  });

  test('1,000 callers of a failing loader get its error from one load', async () => {
    // On a clock that stands still: the key backs off for 100 ms, in which a busy machine may not get far.
    const cache = await store.open({ clock: new ManualClock() });
    let calls = 0;
    const fail = async (): Promise<number> => {
      calls += 1;
      throw new Error('no such table');
    };
    const results = await Promise.allSettled(Array.from({ length: 1_000 }, () => cache.getOrSet(key, fail)));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(calls).toBe(1);
    await expect(cache.getOrSet(key, fail)).rejects.toThrow('no such table');
    expect(calls).toBe(1);
  });

  test('a failing loader backs off for its key, until something the key depends on changes', async () => {
    const clock = new ManualClock();
    const cache = await store.open({ clock });
    let calls = 0;
    const fail = async (): Promise<number> => {
      calls += 1;
      throw new Error('away');
    };
    const attempt = () => cache.getOrSet(key, fail).catch(() => {});
    await attempt();
    await attempt();
    expect(calls).toBe(1);
    clock.advance(101);
    await attempt();
    expect(calls).toBe(2);
    clock.advance(101);
    await attempt();
    expect(calls).toBe(2);
    await cache.invalidateKeys([key]);
    await attempt();
    expect(calls).toBe(3);
    expect(await cache.getOrSet('guild:4:stats', async () => 4)).toBe(4);
  });

  test('processes take turns: the second one gets what the first one loads', async () => {
    const one = await store.open();
    const other = await store.open();
    const slow = gatedLoader(() => 'loaded by the first');
    const first = one.getOrSet(key, slow.load);
    await slow.began;
    let secondLoads = 0;
    const second = other.getOrSet(key, async () => {
      secondLoads += 1;
      return 'loaded by the second';
    });
    if (store.kind !== 'local') {
      await eventually(() => (other.stats().namespaces[0]?.leaseWaits ?? 0) > 0);
    }
    slow.finish();
    expect(await first).toBe('loaded by the first');
    expect(await second).toBe('loaded by the first');
    expect(secondLoads).toBe(0);
  });

  test('the wait for another process is bounded', async () => {
    const one = await store.open({ limits: { leaseWaitMs: 100 } });
    const other = await store.open({ limits: { leaseWaitMs: 100 } });
    const endless = gatedLoader(() => 1);
    const first = one.getOrSet(key, endless.load);
    await endless.began;
    if (store.kind !== 'local') {
      expect(await other.getOrSet(key, async () => 2)).toBe(2);
    }
    endless.finish();
    expect(await first).toBe(1);
  });

  test('a load that an invalidation has overtaken holds nobody up', async () => {
    const one = await store.open();
    const other = await store.open();
    const endless = gatedLoader(() => 1);
    const first = one.getOrSet(key, endless.load, { tags: ['t'] });
    await endless.began;
    await other.invalidateTags(['t']);
    const startedAt = performance.now();
    expect(await other.getOrSet(key, async () => 2, { tags: ['t'] })).toBe(2);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    endless.finish();
    await first;
  });

  test('many keys are loaded together, each once', async () => {
    const cache = await store.open();
    await cache.set('user:2:name', 'known');
    const asked: string[][] = [];
    const load = async (missing: readonly string[]) => {
      asked.push([...missing]);
      return new Map(missing.filter((one) => one !== 'user:4:name').map((one) => [one, `new ${one}`]));
    };
    const keys = ['user:1:name', 'user:2:name', 'user:3:name', 'user:4:name'];
    const expected = [
      ['user:1:name', 'new user:1:name'],
      ['user:2:name', 'known'],
      ['user:3:name', 'new user:3:name'],
      ['user:4:name', null],
    ];
    expect([...(await cache.getOrSetMany(keys, load))]).toEqual(expected);
    expect([...(await cache.getOrSetMany(keys, load))]).toEqual(expected);
    expect(asked.flat().toSorted()).toEqual(['user:1:name', 'user:3:name', 'user:4:name']);
  });
});
