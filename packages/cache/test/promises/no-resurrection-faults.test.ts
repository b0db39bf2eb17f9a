import { startRedis } from '@slimy/testing';
import { describe, expect, test } from 'vitest';
import type { Cache } from '../../src/index.ts';
import { eventually } from '../support/eventually.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { FaultyRedis, patient } from '../support/faulty-redis.ts';

const key = 'guild:7:settings';
const tags = ['guild-7'];
const hour = 3_600_000;

describe('No resurrection', () => {
  const redis = FaultyRedis.declare();

  test('when Redis evicts the markers, nothing old is served', async () => {
    const one = await redis.open({ limits: patient });
    await one.getOrSet(key, async () => 1, { tags });
    await eventually(async () => (await redis.admin.exists(`slimy:v:{${key}}`)) === 1);
    for (const marker of ['slimy:t:{guild-7}', `slimy:k:{${key}}`, 'slimy:p:{guild:7:}', 'slimy:g:{g}']) {
      await one.getOrSet(key, async () => 2, { tags, consistency: 'strict' });
      await eventually(async () => (await redis.admin.exists(`slimy:v:{${key}}`)) === 1);
      await redis.admin.del(marker);
      const other = await redis.open({ limits: patient });
      expect(await other.getOrSet(key, async () => marker, { tags })).toBe(marker);
      expect(await one.getOrSet(key, async () => 3, { tags, consistency: 'strict' })).not.toBe(2);
      await one.clear();
    }
  });

  test('word of an invalidation reaches the other processes without waiting for the age limit', async () => {
    const limits = { ...patient, localAgeMs: hour };
    const one = await redis.open({ limits });
    const other = await redis.open({ limits });
    let version = 1;
    const read = (cache: Cache) => cache.getOrSet(key, async () => version, { tags });
    await read(one);
    await read(other);
    for (let round = 0; round < 20; round += 1) {
      version += 1;
      await one.invalidateTags(tags);
      await eventually(async () => (await read(other)) === version);
    }
  });

  test('a subscriber that missed messages drops what it holds', async () => {
    const limits = { ...patient, localAgeMs: hour };
    const one = await redis.open({ limits });
    const other = await redis.open({ limits });
    let version = 1;
    const read = (cache: Cache) => cache.getOrSet(key, async () => version, { tags });
    await read(other);
    version = 2;
    await redis.admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await one.invalidateTags(tags);
    await eventually(async () => (await read(other)) === 2);
  });

  test('the age limit holds when no message ever arrives', async () => {
    const clock = new ManualClock();
    const other = await redis.open({ clock, limits: patient });
    await other.getOrSet(key, async () => 1, { tags });
    await eventually(async () => (await redis.admin.exists(`slimy:v:{${key}}`)) === 1);
    // Somebody changes the epoch without telling.
    await redis.admin.set('slimy:t:{guild-7}', 'abcdef');
    expect(await other.getOrSet(key, async () => 2, { tags })).toBe(1);
    clock.advance(5_001);
    expect(await other.getOrSet(key, async () => 2, { tags })).toBe(2);
  });

  test('a server that comes back with an old dump serves nothing old', async () => {
    const persistent = await startRedis({ args: ['--save', '3600 1', '--dbfilename', 'old.rdb'] });
    const options = { redis: { url: persistent.url }, limits: patient };
    const one = await redis.open(options);
    let version = 1;
    const read = (cache: Cache) => cache.getOrSet(key, async () => version, { tags, consistency: 'strict' });
    await read(one);
    await eventually(() => one.exists(key, { tags, consistency: 'strict' }));
    await persistent.command('SAVE');
    version = 2;
    expect(await one.invalidateTags(tags)).toBe('confirmed');
    expect(await read(one)).toBe(2);
    await persistent.kill();
    await persistent.restart();
    expect(await persistent.command('EXISTS', `slimy:v:{${key}}`)).toBe('1');
    expect(await one.ready(10_000)).toBe(true);
    const other = await redis.open(options);
    expect(await read(other)).toBe(2);
    expect(await read(one)).toBe(2);
    await one.close();
    await other.close();
    await persistent.kill();
  });
});

describe('No stale authority', () => {
  const redis = FaultyRedis.declare();

  test.each(['strict', 'confirmed'] as const)(
    '%s reads ask Redis each time, and the database while Redis is away',
    async (consistency) => {
      const cache = await redis.open();
      let loads = 0;
      const load = async () => {
        loads += 1;
        return loads;
      };
      const read = () => cache.getOrSet('user:1:roles', load, { consistency });
      await read();
      await eventually(async () => {
        const before = loads;
        await read();
        return loads === before;
      });
      await redis.server.kill();
      await eventually(() => cache.stats().breaker === 'open');
      const before = loads;
      expect(await read()).toBe(before + 1);
      expect(await read()).toBe(before + 2);
      const shared = await Promise.all([read(), read(), read()]);
      expect(new Set(shared).size).toBe(1);
    },
  );
});
