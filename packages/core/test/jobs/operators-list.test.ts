import { openDatabase, repositories, type Database } from '@slimy/db';
import { describeOnEachEngine } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SECOND } from '../../src/clock.ts';
import { migrated } from '../support/open-core.ts';

const now = new Date('2026-11-22T12:00:00.000Z');

describeOnEachEngine('the list of jobs', (fixture) => {
  let database: Database;
  beforeAll(async () => {
    const url = await fixture.databaseUrl(migrated);
    database = await openDatabase({ url, poolSize: 4 });
  });
  afterAll(() => database.close());

  test('shows a state page by page, and what was given up gets all its attempts again', async () => {
    const { jobs } = repositories(database);
    for (let index = 0; index < 5; index += 1) {
      const runAt = new Date(now.getTime() - index * SECOND);
      await jobs.enqueue({ kind: 'greet', payload: {}, runAt, maxAttempts: 1 }, now);
      const taken = await jobs.take({ owner: 'a', now, until: now }, ['greet']);
      await jobs.finish(taken?.id ?? '', 'a', { error: `no luck ${index}`, retryAt: null, now });
    }
    const first = await jobs.page('dead', { limit: 3 });
    const rest = await jobs.page('dead', { limit: 3, cursor: first.nextCursor ?? '' });
    const all = [...first.items, ...rest.items];
    expect(all.map(({ lastError }) => lastError)).toEqual([0, 1, 2, 3, 4].map((n) => `no luck ${n}`));
    expect(rest.nextCursor).toBeNull();
    expect((await jobs.page('queued', { limit: 3 })).items).toEqual([]);

    const id = all[0]?.id ?? '';
    expect(await jobs.revive(id, now)).toBe('greet');
    expect(await jobs.revive(id, now)).toBeNull();
    expect((await jobs.page('queued', { limit: 3 })).items).toMatchObject([
      { id, attempts: 0, finishedAt: null },
    ]);
  });
});
