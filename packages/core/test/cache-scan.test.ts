import { describeOnEachPair } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditTrail } from './support/calls.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { request } from './support/settle-world.ts';

describeOnEachPair('the scan of the cache', (fixture) => {
  let core: TestCore;

  beforeAll(async () => {
    core = await openCore(await newInstallation(fixture));
  });
  afterAll(() => core.close());

  const scan = (pattern: string, invalidate: boolean) =>
    core.tasks.get('cache.scan')?.run(
      { pattern, invalidate },
      {
        caller: { actor: { kind: 'system', task: 'slimy cache.scan' }, request },
        progress: () => undefined,
        signal: new AbortController().signal,
      },
    );

  test('lists keys by any pattern, drops them when asked to, and leaves a record of that alone', async () => {
    const keys = ['guild:11:detail', 'guild:12:detail', 'guild:12:members'];
    for (const key of keys) await core.cache.getOrSet(key, async () => key);
    const details = keys.slice(0, 2);
    await expect
      .poll(() => scan('guild:*:detail', false))
      .toMatchObject({ keys: expect.arrayContaining(details), complete: true, outcome: null });
    expect(await auditTrail(core, 'cache.invalidate')).toEqual([]);
    expect(await scan('guild:*:detail', true)).toMatchObject({ complete: true, outcome: 'confirmed' });
    expect(await auditTrail(core, 'cache.invalidate')).toHaveLength(1);
    for (const key of details) expect(await core.cache.exists(key, { consistency: 'strict' })).toBe(false);
    expect(await core.cache.exists('guild:12:members')).toBe(true);
    await expect.poll(() => scan('guild:*:detail', false)).toMatchObject({ keys: [] });
  });
});
