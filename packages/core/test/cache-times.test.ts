import { createCache, type Clock } from '@slimy/cache';
import { loadSettings } from '@slimy/config';
import { repositories } from '@slimy/db';
import { describeOnBothSetups } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openShared } from '../src/process/open-shared.ts';
import { Queries } from '../src/queries/cached-query.ts';
import { guildById } from '../src/queries/guilds.ts';
import { userById } from '../src/queries/people.ts';
import { newInstallation, openCore, silent, type TestCore } from './support/open-core.ts';
import { club, settleWorld, type WorldIds } from './support/settle-world.ts';

describeOnBothSetups('how long answers are kept', (fixture) => {
  let core: TestCore;
  let ids: WorldIds;
  let aheadMs = 0;
  const clock: Clock = {
    monotonic: () => performance.now() + aheadMs,
    wall: () => Date.now() + aheadMs,
  };
  beforeAll(async () => {
    const installation = await newInstallation(fixture);
    const redis = fixture.redisUrl === undefined ? undefined : { url: fixture.redisUrl };
    const cache = createCache({ redis, prefix: fixture.prefix, clock });
    core = await openCore(installation, { cache });
    ids = await settleWorld(core.database);
  });
  afterAll(async () => {
    await core.close();
    await core.cache.close();
  });

  test('is what the settings say, where a query has no times of its own', async () => {
    const environment = { CACHE_TTL_SECONDS: '1000', CACHE_PREFIX: `${fixture.prefix}times:` };
    const redis = fixture.redisUrl === undefined ? {} : { REDIS_URL: fixture.redisUrl };
    const { cache, signals, counter } = await openShared(
      loadSettings({ ...environment, ...redis }),
      core.database,
      silent,
    );
    await new Queries(cache, repositories(core.database)).read(userById, ids.member);
    const { storedAt, expiresAt } = await cache.explain(userById.key(ids.member), userById.options);
    await Promise.all([cache.close(), signals.close(), counter.close()]);
    const seconds = ((expiresAt?.getTime() ?? 0) - (storedAt?.getTime() ?? 0)) / 1000;
    // Times vary a little, so that entries do not end together.
    expect(seconds).toBeGreaterThan(800);
    expect(seconds).toBeLessThan(1_001);
  });

  test('is no longer than that for what rights depend on; the rest is shown while it is read anew', async () => {
    const queries = new Queries(core.cache, repositories(core.database));
    const read = async () => ({
      person: (await queries.read(userById, ids.member))?.username,
      guild: (await queries.read(guildById, club))?.row.name,
    });
    const before = await read();
    // A change that nobody is told of, as by a hand in the database.
    await core.database.sql.execute('UPDATE users SET username = ? WHERE id = ?', ['renamed', ids.member]);
    await core.database.sql.execute('UPDATE guilds SET name = ? WHERE id = ?', ['Renamed', club]);
    expect(await read()).toEqual(before);
    aheadMs += 400_000;
    expect(await read()).toEqual({ person: before.person, guild: 'Renamed' });
    await expect.poll(read).toEqual({ person: 'renamed', guild: 'Renamed' });
  });
});
