import { randomBytes } from 'node:crypto';
import { shortOrLong } from '@slimy/testing';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { interleavings, spread } from './schedules.ts';
import { cacheInProcess, cacheOnRedis, naiveOnRedis, type Subject } from './subjects.ts';
import { carryOut, type Step, type Violation, type Way } from './world.ts';

const ways: readonly Way[] = ['key', 'tag', 'prefix'];
const reader: readonly Step[] = ['load-starts-1', 'load-ends-1', 'read-1'];
const writer: readonly Step[] = ['write', 'invalidate-2', 'read-2'];

/** Who takes part; every order of their steps is a schedule. */
const casts: readonly (readonly (readonly Step[])[])[] = [
  [reader, writer, ['evict']],
  [reader, writer, ['load-starts-2', 'load-ends-2']],
  [reader, ['write', 'invalidate-2', 'read-2', 'write', 'invalidate-2'], ['evict']],
];
const castsWithFaults: readonly (readonly (readonly Step[])[])[] = [
  [reader, writer, ['lose-1', 'regain-1']],
  [reader, writer, ['lose-2', 'regain-2']],
];

describe('every order of load, write, invalidation, eviction, read', () => {
  let subject: Subject | undefined;
  const prefix = `inter:${randomBytes(4).toString('hex')}:`;
  const redisUrl = inject('redisUrl') ?? '';

  afterEach(async () => {
    await subject?.close();
    subject = undefined;
  });

  async function carryOutAll(
    opened: Subject,
    groups: readonly (readonly (readonly Step[])[])[],
    most: number,
  ): Promise<{ schedules: number; violations: Violation[] }> {
    subject = opened;
    let schedules = 0;
    const violations: Violation[] = [];
    for (const cast of groups) {
      for (const schedule of spread([...interleavings(cast)], most)) {
        for (const way of ways) {
          schedules += 1;
          violations.push(...(await carryOut(opened, schedule, way, `guild:${schedules}:state`)));
        }
      }
    }
    console.log(`${schedules} schedules, ${violations.length} violations`);
    return { schedules, violations };
  }

  test('in-process: nothing old is read', async () => {
    const { violations } = await carryOutAll(cacheInProcess(), casts, shortOrLong(80, 10_000));
    expect(violations).toEqual([]);
  });

  test('two processes on Redis: nothing old is read', async () => {
    const opened = await cacheOnRedis(redisUrl, prefix);
    const { violations } = await carryOutAll(opened, casts, shortOrLong(50, 10_000));
    expect(violations).toEqual([]);
  });

  test('two processes of which one loses and regains Redis: nothing old is read', async () => {
    const opened = await cacheOnRedis(redisUrl, prefix);
    const { violations } = await carryOutAll(opened, castsWithFaults, shortOrLong(20, 10_000));
    expect(violations).toEqual([]);
  });

  test('the same schedules find what a naive cache does wrong', async () => {
    const { violations } = await carryOutAll(naiveOnRedis(redisUrl, prefix), casts, 100);
    expect(violations.length).toBeGreaterThan(10);
  });
});
