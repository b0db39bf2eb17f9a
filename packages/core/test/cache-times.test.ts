import { repositories } from '@slimy/db';
import { describeOnBothSetups } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Queries } from '../src/queries/cached-query.ts';
import { userById } from '../src/queries/people.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { settleWorld, type WorldIds } from './support/settle-world.ts';

describeOnBothSetups('how long answers are kept', (fixture) => {
  let core: TestCore;
  let ids: WorldIds;
  beforeAll(async () => {
    core = await openCore(
      await newInstallation(fixture, { CACHE_TTL_SECONDS: '1000', CACHE_STALE_SECONDS: '7' }),
    );
    ids = await settleWorld(core.database);
  });
  afterAll(() => core.close());

  test('is what the settings say, where a query has no times of its own', async () => {
    const queries = new Queries(core.cache, repositories(core.database));
    await queries.read(userById, ids.member);
    const { storedAt, expiresAt } = await core.cache.explain(userById.key(ids.member), userById.options);
    const seconds = ((expiresAt?.getTime() ?? 0) - (storedAt?.getTime() ?? 0)) / 1000;
    // Times vary a little, so that entries do not end together.
    expect(seconds).toBeGreaterThan(800);
    expect(seconds).toBeLessThan(1_001);
  });
});
