import { describeOnEachPair, type WorldPersonName } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { auditTrail, outcomeOf, parsed } from './support/calls.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { storedScreenshot } from './support/screenshots.ts';
import { emptyWorld, settleWorld, signIn, type WorldIds } from './support/settle-world.ts';

describeOnEachPair('screenshots', (fixture) => {
  let core: TestCore;
  let ids: WorldIds;
  let now = new Date();
  beforeAll(async () => {
    core = await openCore(await newInstallation(fixture), { clock: { now: () => now } });
  });
  beforeEach(async () => {
    now = new Date('2026-04-17T12:00:00Z');
    await emptyWorld(core);
    ids = await settleWorld(core.database);
  });
  afterAll(() => core.close());
  const as = async (name: WorldPersonName) => (await signIn(core, ids, name)).caller();
  const compare = async (name: WorldPersonName, analysisId1: string, analysisId2: string, type?: string) =>
    core.services.screenshots.compare(
      await as(name),
      parsed('screenshot.compare', { analysisId1, analysisId2, ...(type !== undefined && { type }) }),
    );

  test('an analysis is what its reader gave, and leaves an audit record', async () => {
    const insight = {
      type: 'trend',
      priority: 'high',
      title: 'Up',
      description: 'It rises',
      actionable: true,
    };
    const analysisId = await storedScreenshot(
      core,
      await as('member'),
      { power: 9_007_199_254_740_991, tier: 'gold' },
      {
        insights: [{ ...insight, priority: 'high', confidence: 0.5 }],
        recommendations: [{ ...insight, priority: 'low', impact: 'high', effort: 'medium' }],
      },
    );
    const found = await core.services.screenshots.byId(await as('member'), { analysisId });
    expect(found).toMatchObject({
      confidence: 1,
      tags: [{ tag: 'PvP' }],
      data: [
        { key: 'power', value: 9_007_199_254_740_991 },
        { key: 'tier', value: 'gold' },
      ],
      insights: [{ title: 'Up', confidence: 0.5 }],
      recommendations: [{ impact: 'high', effort: 'medium' }],
    });
    expect(found).not.toHaveProperty('rawResponse');
    expect((await auditTrail(core, 'screenshot.analyze')).at(-1)).toMatchObject({ user_id: ids.member });
  });

  test('are listed newest first by type, day and tag, page by page', async () => {
    const member = await as('member');
    const stored: string[] = [];
    for (const [n, screenshotType] of (['profile', 'inventory', 'profile', 'social'] as const).entries()) {
      now = new Date(Date.UTC(2026, 3, 17 + n));
      const tags = n % 2 === 0 ? [{ tag: 'PvP', category: null }] : [];
      stored.push(await storedScreenshot(core, member, {}, { screenshotType, tags, title: `n${n}` }));
    }
    const titles = async (input: object) => {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const asked = parsed('screenshot.list', { limit: 1, cursor, ...input });
        const page = await core.services.screenshots.list(member, asked);
        seen.push(...page.items.map(({ title }) => title));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return seen;
    };
    expect(await titles({})).toEqual(['n3', 'n2', 'n1', 'n0']);
    expect(await titles({ type: 'profile' })).toEqual(['n2', 'n0']);
    expect(await titles({ tag: 'pvp' })).toEqual(['n2', 'n0']);
    const days = { from: new Date(Date.UTC(2026, 3, 18)), to: new Date(Date.UTC(2026, 3, 20)) };
    expect(await titles(days)).toEqual(['n2', 'n1']);
    await core.services.screenshots.delete(member, { analysisId: stored.at(-1) ?? '' });
    expect(await titles({})).toEqual(['n2', 'n1', 'n0']);
  });

  test('are compared once a pair, whichever is named first, and never with themselves', async () => {
    const first = await storedScreenshot(core, await as('member'), {
      power: 1_000_000,
      winRate: 0.5,
      tier: 'gold',
      old: 1,
    });
    now = new Date(now.getTime() + 1000);
    const second = await storedScreenshot(core, await as('member'), {
      power: 1_000_001,
      winRate: 0.3,
      tier: 'silver',
    });
    const comparison = await compare('member', second, first);
    expect(comparison).toMatchObject({
      analysisId1: first,
      analysisId2: second,
      trend: 'declining',
      differences: [
        { key: 'power', before: 1_000_000, after: 1_000_001, change: '+1 (+0.0%)' },
        { key: 'winRate', change: '-0.2 (-40.0%)' },
        { key: 'tier', before: 'gold', after: 'silver', change: null },
        { key: 'old', before: 1, after: null, change: null },
      ],
    });
    expect(comparison.summary).toContain('4 of 4 values differ');
    const records = (await auditTrail(core, 'screenshot.compare')).length;
    expect(await compare('member', first, second)).toEqual(comparison);
    expect(await auditTrail(core, 'screenshot.compare')).toHaveLength(records);
    const racing = await Promise.all([
      compare('member', first, second, 'trend'),
      compare('member', second, first, 'trend'),
    ]);
    expect(racing[0]).toEqual(racing[1]);
    expect(racing[0].summary).toContain('-20.0%: declining');
    expect(() => parsed('screenshot.compare', { analysisId1: first, analysisId2: first })).toThrow(
      'another analysis',
    );
    const list = async (input: object) =>
      core.services.screenshots.comparisons(await as('member'), parsed('screenshot.comparisons', input));
    const page = await list({ limit: 1 });
    const rest = await list({ limit: 1, cursor: page.nextCursor });
    expect([...page.items, ...rest.items].map(({ type }) => type).sort()).toEqual(['difference', 'trend']);
    await core.services.screenshots.delete(await as('member'), { analysisId: first });
    expect((await list({})).items).toEqual([]);
  });

  test('are nobody else’s', async () => {
    const mine = await storedScreenshot(core, await as('member'));
    const theirs = await storedScreenshot(core, await as('owner'));
    const { screenshots } = core.services;
    const owner = await as('owner');
    expect(await outcomeOf(screenshots.byId(owner, { analysisId: mine }))).toBe('not_found');
    expect(await outcomeOf(screenshots.delete(owner, { analysisId: mine }))).toBe('not_found');
    expect(await outcomeOf(compare('owner', theirs, mine))).toBe('not_found');
    expect((await screenshots.list(owner, parsed('screenshot.list', {}))).items.map(({ id }) => id)).toEqual([
      theirs,
    ]);
    expect(await screenshots.byId(await as('member'), { analysisId: mine })).toMatchObject({ id: mine });
  });
});
