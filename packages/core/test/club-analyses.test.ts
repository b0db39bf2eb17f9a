import { describeOnEachPair, type WorldPersonName } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { auditTrail, outcomeOf, parsed } from './support/calls.ts';
import { storedClubAnalysis, storeScan } from './support/club.ts';
import {
  newInstallation,
  openCore,
  otherProcess,
  type Installation,
  type TestCore,
} from './support/open-core.ts';
import { club, emptyWorld, other, settleWorld, signIn, type WorldIds } from './support/settle-world.ts';

describeOnEachPair('a club', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let elsewhere: TestCore;
  let ids: WorldIds;
  let now = new Date();
  beforeAll(async () => {
    installation = await newInstallation(fixture);
    core = await openCore(installation, { clock: { now: () => now } });
    elsewhere = await otherProcess(core, installation);
  });
  beforeEach(async () => {
    now = new Date('2026-04-17T12:00:00Z');
    await emptyWorld(core);
    ids = await settleWorld(core.database);
  });
  afterAll(async () => {
    await elsewhere.close();
    await core.close();
  });
  const as = async (name: WorldPersonName, process = core) => (await signIn(core, ids, name)).caller(process);
  const latest = async (input: object = {}) =>
    core.services.clubMembers.latest(
      await as('member'),
      parsed('club.members.latest', { guildId: club, ...input }),
    );

  test('an analysis is what its reader gave: values of every kind, categories, how far it was filled', async () => {
    const analysisId = await storedClubAnalysis(core, await as('club'), {
      insights: ['Four joined.'],
      metrics: [
        { name: 'totalMembers', value: 55, unit: 'people' },
        { name: 'top', value: ['Gary', { power: 9 }] },
        { name: 'byRole', value: { snail: 3 }, category: 'roles' },
        { name: 'text', value: '5' },
      ],
    });
    const input = { guildId: club, analysisId };
    const found = await core.services.clubAnalyses.byId(await as('member'), input);
    expect(found).toMatchObject({ confidence: 0.75, userId: ids.club, metricCount: 4, imageCount: 0 });
    expect(found.summary).toBe('The club grew by four members.\n\nInsights:\n- Four joined.');
    expect(found.metrics.map(({ name, value, category }) => [name, value, category])).toEqual([
      ['totalMembers', 55, 'membership'],
      ['text', '5', 'other'],
      ['top', ['Gary', { power: 9 }], 'other'],
      ['byRole', { snail: 3 }, 'roles'],
    ]);
    const twice = { metrics: ['a', 'a'].map((name) => ({ name, value: 1 })) };
    expect(await outcomeOf(storedClubAnalysis(core, await as('club'), twice))).toBe('invalid_input');
  });

  test('analyses are listed newest first, page by page, and gone everywhere once deleted', async () => {
    const stored = [];
    for (let n = 0; n < 5; n += 1) {
      now = new Date(now.getTime() + 1000);
      stored.unshift(await storedClubAnalysis(core, await as('club'), { title: `n${n}` }));
    }
    const walk = async (process: TestCore) => {
      const seen = [];
      let cursor: string | undefined;
      do {
        const input = parsed('club.analysis.list', { guildId: club, limit: 2, cursor });
        const page = await process.services.clubAnalyses.list(await as('member', process), input);
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return seen;
    };
    expect(await walk(elsewhere)).toEqual(stored);
    const [deleted = '', ...rest] = stored;
    const input = { guildId: club, analysisId: deleted };
    await elsewhere.services.clubAnalyses.byId(await as('member', elsewhere), input);
    await core.services.clubAnalyses.delete(await as('club'), input);
    expect(await walk(elsewhere)).toEqual(rest);
    const again = elsewhere.services.clubAnalyses.byId(await as('member', elsewhere), input);
    expect(await outcomeOf(again)).toBe('not_found');
    expect(await outcomeOf(core.services.clubAnalyses.delete(await as('club'), input))).toBe('not_found');
    expect((await auditTrail(core, 'club.analysis.delete')).at(-1)).toMatchObject({
      user_id: ids.club,
      before: { title: 'n4', metricCount: 2 },
    });
  });

  test('nothing of a club is found through another guild', async () => {
    const analysisId = await storedClubAnalysis(core, await as('club'));
    await storeScan(core, club, '2026-04-17T11:45:00Z', [{ name: 'Gary', total: 5n }]);
    const stranger = await as('ownerElsewhere');
    const { clubAnalyses, clubMembers } = core.services;
    const foreign = { guildId: other, analysisId };
    const metrics = parsed('club.metrics.byCategory', { ...foreign, category: 'membership' });
    const history = parsed('club.members.history', { guildId: other, memberKey: 'gary' });
    for (const call of [
      () => clubAnalyses.byId(stranger, foreign),
      () => clubAnalyses.delete(stranger, foreign),
      () => clubAnalyses.metricsByCategory(stranger, metrics),
      () => clubMembers.history(stranger, history),
    ]) {
      expect(await outcomeOf(call())).toBe('not_found');
    }
    const roster = await clubMembers.latest(stranger, parsed('club.members.latest', { guildId: other }));
    expect(roster).toMatchObject({ items: [], total: 0, lastReadAt: null });
    expect(await clubAnalyses.byId(await as('member'), { guildId: club, analysisId })).toBeDefined();
  });

  test('the roster stands beside the last reading of the week before; what was never read is no zero', async () => {
    await storeScan(core, club, '2026-04-01T12:00:00Z', [{ name: 'Old', total: 1n }]);
    await storeScan(core, club, '2026-04-10T11:29:59Z', [{ name: 'Ann', total: 1n }]);
    await storeScan(core, club, '2026-04-11T12:00:00Z', [
      { name: 'Ann', total: 100n, sim: 3n },
      { name: 'Bob', total: 9_007_199_254_740_993n },
    ]);
    await storeScan(core, club, '2026-04-16T12:00:00Z', [{ name: 'Ann', total: 200n }]);
    await storeScan(core, club, '2026-04-17T11:30:00Z', [
      { name: 'Ann', sim: 10n },
      { name: 'Bob', total: 9_007_199_254_740_994n },
    ]);
    await storeScan(core, club, '2026-04-17T11:45:00Z', [{ name: 'Ann', total: 150n }]);
    const { items, week, previousWeek, lastReadAt } = await latest();
    expect(week).toMatchObject({ id: '2026-W16', from: new Date('2026-04-17T11:30:00Z') });
    expect(previousWeek).toMatchObject({ id: '2026-W15', to: week.from });
    expect(lastReadAt).toEqual(new Date('2026-04-17T11:45:00Z'));
    expect(items).toMatchObject([
      {
        name: 'Bob',
        totalPower: 9_007_199_254_740_994n,
        previousTotalPower: 9_007_199_254_740_993n,
        totalChangePercent: 0,
        simPower: null,
        previousSimPower: null,
        simChangePercent: null,
      },
      {
        name: 'Ann',
        totalPower: 150n,
        previousTotalPower: 200n,
        totalChangePercent: -25,
        simPower: 10n,
        previousSimPower: 3n,
        simChangePercent: 233.33,
      },
      { name: 'Old', totalPower: 1n, previousTotalPower: null, totalChangePercent: null, simReadAt: null },
    ]);
    now = new Date('2026-05-20T12:00:00Z');
    expect(await latest()).toMatchObject({
      week,
      items: [{ name: 'Bob' }, { name: 'Ann' }, { name: 'Old' }],
    });
  });

  test('a roster is sorted, searched and walked by its pages, those without the power last or left out', async () => {
    const names = ['Bo', 'Al', 'Cy', 'Di', 'Ed', 'Alma'];
    const totals = [5n, 5n, undefined, 9n, 0n, undefined];
    const read = names.map((name, n) => ({
      name,
      sim: BigInt(n),
      ...(totals[n] !== undefined && { total: totals[n] }),
    }));
    await storeScan(core, club, '2026-04-17T11:45:00Z', read);
    const walk = async (input: object) => {
      const seen = [];
      let cursor: string | undefined;
      do {
        const page = await latest({ ...input, limit: 2, cursor });
        expect(page.total).toBeGreaterThanOrEqual(page.items.length);
        seen.push(...page.items.map(({ name }) => name));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return seen;
    };
    expect(await walk({})).toEqual(['Di', 'Al', 'Bo', 'Ed', 'Alma', 'Cy']);
    expect(await walk({ having: 'total' })).toEqual(['Di', 'Al', 'Bo', 'Ed']);
    expect(await walk({ sort: 'sim' })).toEqual(names.toReversed());
    expect(await walk({ sort: 'name' })).toEqual(names.toSorted());
    expect(await walk({ search: 'AL' })).toEqual(['Al', 'Alma']);
    expect((await latest({ search: '%' })).total).toBe(0);
  });

  test('a history tells every reading with its week, in a period, by any name that leads to the member', async () => {
    const guild = { guildId: club, memberKey: 'ann' };
    for (const [at, total] of [
      ['2026-03-06T12:29:59Z', 1n],
      ['2026-03-06T12:30:00Z', 2n],
      ['2026-03-13T11:29:59Z', 3n],
      ['2026-03-13T11:30:00Z', 4n],
    ] as const) {
      await storeScan(core, club, at, [{ name: 'Ann', total }]);
    }
    const history = async (input: object) =>
      core.services.clubMembers.history(
        await as('member'),
        parsed('club.members.history', { ...guild, ...input }),
      );
    const whole = await history({});
    expect(whole.name).toBe('Ann');
    expect(whole.items.map(({ totalPower, week }) => [totalPower, week.id])).toEqual([
      [4n, '2026-W11'],
      [3n, '2026-W10'],
      [2n, '2026-W10'],
      [1n, '2026-W09'],
    ]);
    const hours = whole.items.map(({ week }) => (week.to.getTime() - week.from.getTime()) / 3_600_000);
    expect(hours).toEqual([168, 167, 167, 168]);
    const first = await history({
      from: new Date('2026-03-06T12:30:00Z'),
      to: new Date('2026-03-13T11:30:00Z'),
      limit: 1,
    });
    expect(first.items.map(({ totalPower }) => totalPower)).toEqual([3n]);
    expect(await outcomeOf(history({ memberKey: 'nobody' }))).toBe('not_found');
    expect(
      (await history({ limit: 3, cursor: (await history({ limit: 3 })).nextCursor })).items,
    ).toHaveLength(1);
  });
});
