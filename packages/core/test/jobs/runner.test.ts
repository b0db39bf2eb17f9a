import { openDatabase, repositories, type Database } from '@slimy/db';
import { describeOnEachEngine, type VariantFixture } from '@slimy/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { MINUTE, SECOND } from '../../src/clock.ts';
import { backoffMs } from '../../src/jobs/backoff.ts';
import { jobKind, type JobKind, type Schedule } from '../../src/jobs/job.ts';
import { JobRunner } from '../../src/jobs/runner.ts';
import { migrated, silent } from '../support/open-core.ts';

describeOnEachEngine('jobs', (fixture: VariantFixture) => {
  let database: Database;
  let now: Date;
  const clock = { now: () => now };

  beforeEach(async () => {
    const url = await fixture.databaseUrl(migrated);
    database = await openDatabase({ url, poolSize: 4 });
    now = new Date('2026-11-22T12:00:00.000Z');
  });
  afterEach(() => database.close());

  const runner = (owner: string, kinds: readonly JobKind[], schedules: readonly Schedule[] = []) =>
    new JobRunner({ database, clock, logger: silent, owner, kinds, schedules });
  const enqueue = (kind: string, payload: Record<string, string> = {}, maxAttempts = 3) =>
    repositories(database).jobs.enqueue({ kind, payload, runAt: now, maxAttempts }, now);
  const counts = () => repositories(database).jobs.counts();

  test('a job runs once with the payload it was stored with', async () => {
    const seen: string[] = [];
    const kind = jobKind({
      kind: 'greet',
      payload: z.strictObject({ name: z.string() }),
      maxAttempts: 3,
      run: async ({ name }) => void seen.push(name),
    });
    await enqueue('greet', { name: 'Mira' });
    expect(await runner('a', [kind]).runDue()).toBe(1);
    expect(await runner('b', [kind]).runDue()).toBe(0);
    expect(seen).toEqual(['Mira']);
    expect(await counts()).toEqual({ waiting: 0, running: 0, dead: 0 });
  });

  test('a failing job waits longer each time, then is dead with its last reason', async () => {
    const times: number[] = [];
    const kind = jobKind({
      kind: 'fail',
      payload: z.strictObject({}),
      maxAttempts: 3,
      run: async () => {
        times.push(now.getTime());
        throw new Error('no luck');
      },
    });
    await enqueue('fail');
    const worker = runner('a', [kind]);
    for (let round = 0; round < 20; round += 1) {
      await worker.runDue();
      now = new Date(now.getTime() + SECOND);
    }
    expect(times).toHaveLength(3);
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(2 * SECOND);
    expect(third - second).toBeGreaterThanOrEqual(4 * SECOND);
    expect(await counts()).toEqual({ waiting: 0, running: 0, dead: 1 });
  });

  test('a job whose worker has gone silent is taken over once its lease has run out', async () => {
    let ran = 0;
    const kind = jobKind({
      kind: 'work',
      payload: z.strictObject({}),
      maxAttempts: 3,
      run: async () => void (ran += 1),
    });
    await enqueue('work');
    const lease = { owner: 'killed', now, until: new Date(now.getTime() + 30 * SECOND) };
    expect(await repositories(database).jobs.take(lease, ['work'])).not.toBeNull();
    expect(await runner('b', [kind]).runDue()).toBe(0);
    now = new Date(now.getTime() + 31 * SECOND);
    expect(await runner('b', [kind]).runDue()).toBe(1);
    expect(ran).toBe(1);
  });

  /** Takes the job of that kind as a process does that is killed while it runs, once its lease is over. */
  const takenByTheKilled = async (kind: string) => {
    now = new Date(now.getTime() + 31 * SECOND);
    const lease = { owner: 'killed', now, until: new Date(now.getTime() + 30 * SECOND) };
    return repositories(database).jobs.take(lease, [kind]);
  };

  test('a job that kills its process each time is dead after its attempts, and holds up no other', async () => {
    let ran = 0;
    const kind = jobKind({
      kind: 'deadly',
      payload: z.strictObject({}),
      maxAttempts: 3,
      run: async () => void (ran += 1),
    });
    await enqueue('deadly');
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      expect(await takenByTheKilled('deadly')).toMatchObject({ attempts: attempt, exhausted: false });
    }
    await enqueue('deadly');
    now = new Date(now.getTime() + 31 * SECOND);
    await runner('b', [kind]).runDue();
    expect(ran).toBe(1);
    const { items } = await repositories(database).jobs.page('dead', { limit: 10 });
    expect(items).toMatchObject([
      { attempts: 3, lastError: 'its worker ended without a word in attempt 3 of 3', finishedAt: now },
    ]);
    expect(await counts()).toEqual({ waiting: 0, running: 0, dead: 1 });
  });

  test('a job that ended a process as often as it may but once, runs again', async () => {
    let ran = 0;
    const kind = jobKind({
      kind: 'work',
      payload: z.strictObject({}),
      maxAttempts: 3,
      run: async () => void (ran += 1),
    });
    await enqueue('work');
    for (let kill = 0; kill < 2; kill += 1) await takenByTheKilled('work');
    now = new Date(now.getTime() + 31 * SECOND);
    expect(await runner('b', [kind]).runDue()).toBe(1);
    expect(ran).toBe(1);
    expect(await counts()).toEqual({ waiting: 0, running: 0, dead: 0 });
  });

  test('a scheduled job runs once per interval across processes', async () => {
    let ran = 0;
    const kind = jobKind({
      kind: 'tidy',
      payload: z.strictObject({}),
      maxAttempts: 1,
      run: async () => void (ran += 1),
    });
    const schedules = [{ kind: 'tidy', everyMs: 10 * MINUTE }];
    const workers = ['a', 'b', 'c', 'd'].map((owner) => runner(owner, [kind], schedules));
    await Promise.all(workers.map((worker) => worker.runDue()));
    expect(ran).toBe(1);
    now = new Date(now.getTime() + 10 * MINUTE);
    await Promise.all(workers.map((worker) => worker.runDue()));
    expect(ran).toBe(2);
  });

  test('a kind that this program does not know is left for a newer one', async () => {
    await enqueue('from-the-future');
    expect(await runner('a', []).runDue()).toBe(0);
    expect((await counts()).waiting).toBe(1);
  });

  test('a job that is taken while its process stops is given back, and not begun', async () => {
    let began = 0;
    const slow = jobKind({
      kind: 'slow',
      payload: z.strictObject({}),
      maxAttempts: 3,
      run: async (_payload, signal) => {
        began += 1;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    });
    await enqueue('slow');
    let asked = 0;
    const ended = new Promise<void>((resolve) => {
      // The clock is asked once for the schedules, then for the lease of the job that is about to be taken.
      const stopping = {
        now() {
          asked += 1;
          if (asked === 2) void stopped.stop(60 * SECOND).then(resolve);
          return now;
        },
      };
      const parts = { database, logger: silent, owner: 'a', kinds: [slow], schedules: [] };
      const stopped = new JobRunner({ ...parts, clock: stopping });
      stopped.start();
    });
    await ended;
    expect(began).toBe(0);
    expect(await counts()).toMatchObject({ waiting: 1, running: 0 });
    expect(await takenByTheKilled('slow')).toMatchObject({ attempts: 1 });
  });

  test('stopping tells the running job, and what it could not finish runs again', async () => {
    let began = () => {};
    let finished = false;
    const slow = jobKind({
      kind: 'slow',
      payload: z.strictObject({}),
      maxAttempts: 3,
      run: async (_payload, signal) => {
        began();
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
    });
    await enqueue('slow');
    // However often: that a process stops is not the job's doing.
    for (let stop = 0; stop < 4; stop += 1) {
      const started = new Promise<void>((resolve) => {
        began = resolve;
      });
      const stopped = runner('a', [slow]);
      stopped.start();
      await started;
      await stopped.stop(5 * SECOND);
      expect((await counts()).waiting).toBe(1);
    }
    expect(await takenByTheKilled('slow')).toMatchObject({ attempts: 1 });
    now = new Date(now.getTime() + 31 * SECOND);
    await runner('b', [{ ...slow, run: async () => void (finished = true) }]).runDue();
    expect(finished).toBe(true);
  });
});

test('the wait doubles up to a quarter of an hour, with up to a fifth more by chance', () => {
  expect(backoffMs(1, () => 0)).toBe(2000);
  expect(backoffMs(2, () => 0)).toBe(4000);
  expect(backoffMs(2, () => 1)).toBe(4800);
  expect(backoffMs(40, () => 0)).toBe(15 * MINUTE);
});
