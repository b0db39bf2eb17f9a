import { describeOnEachEngine } from '@slimy/testing';
import { expect, it } from 'vitest';
import { tablesOf } from '../../src/client/of.ts';
import { randomId, repositories, type ClubRosterRequest, type ObservationBatch } from '../../src/index.ts';
import { at, guild, storedPerson, useDatabase } from '../support/database.ts';
import { errorOf } from '../support/errors.ts';
import { walked } from '../support/walk.ts';

const days = (count: number) => new Date(at.getTime() + count * 86_400_000);
let guilds = 0;

describeOnEachEngine('the club of a guild', (fixture) => {
  const database = useDatabase(fixture);
  type Scope = ReturnType<ReturnType<typeof repositories>['guild']>;

  async function club() {
    const id = String(700_000_000_000_000_000n + BigInt((guilds += 1)));
    await tablesOf(database()).guild.create({ data: guild(id) });
    const inside = <Result>(work: (scope: Scope) => Promise<Result>) =>
      database().transaction((tx) => work(repositories(tx).guild(id)));
    return { id, inside, read: repositories(database()).guild(id) };
  }

  type Club = Awaited<ReturnType<typeof club>>;

  const members = ({ inside }: Club, names: readonly string[]) =>
    inside((scope) =>
      scope.clubMembers.insert(
        names.map((name) => ({ memberKey: name.toLowerCase(), name })),
        at,
        at,
      ),
    );

  /** Powers by member id, as one batch; and the roster made anew for those members. */
  const observe = (
    { inside }: Club,
    powers: Readonly<Record<string, { sim?: bigint; total?: bigint }>>,
    change: Partial<ObservationBatch> = {},
  ) =>
    inside(async (scope) => {
      const ids = Object.keys(powers);
      await scope.clubObservations.save(
        {
          source: 'scan',
          sourceId: randomId(),
          observedAt: at,
          createdById: null,
          members: Object.entries(powers).map(([memberId, { sim = null, total = null }]) => ({
            memberId,
            name: 'as read',
            simPower: sim,
            totalPower: total,
            confidence: 0.9,
          })),
          ...change,
        },
        at,
      );
      await scope.clubLatest.rebuild(ids, at);
    });

  const names = async (one: Club, request: Omit<ClubRosterRequest, 'limit'>) =>
    (await walked((cursor) => one.read.clubLatest.page({ ...request, limit: 2, cursor }))).map(
      ({ name }) => name,
    );

  it('keeps an analysis with its images and metrics, counted, for this guild alone', async () => {
    const [one, other] = [await club(), await club()];
    const { id: userId } = await storedPerson(database());
    const id = await one.inside(({ clubAnalyses }) =>
      clubAnalyses.insert(
        {
          userId,
          title: null,
          summary: '🐌'.repeat(10_000),
          confidence: 0.75,
          images: [
            {
              uploadId: null,
              imageUrl: 'https://example.org/a.png',
              originalName: 'a.png',
              fileSize: 9,
              uploadedAt: at,
            },
          ],
          metrics: [
            { name: 'totalMembers', value: 55, unit: null, category: 'membership' },
            { name: 'activity', value: { high: 3 }, unit: '%', category: 'activity' },
            { name: 'note', value: '55', unit: null, category: 'membership' },
          ],
        },
        at,
      ),
    );
    const analysis = await one.read.clubAnalyses.byId(id);
    expect(analysis).toMatchObject({ userId, imageCount: 1, metricCount: 3, confidence: 0.75 });
    expect(analysis?.summary).toHaveLength(20_000);
    expect(analysis?.metrics.map(({ name, value }) => [name, value])).toEqual([
      ['activity', { high: 3 }],
      ['note', '55'],
      ['totalMembers', 55],
    ]);
    const inCategory = await walked((cursor) =>
      one.read.clubAnalyses.metricsByCategory(id, 'membership', { limit: 1, cursor }),
    );
    expect(inCategory.map(({ name }) => name)).toEqual(['note', 'totalMembers']);
    expect(await other.read.clubAnalyses.byId(id)).toBeNull();
    expect(await other.read.clubAnalyses.delete(id)).toBeUndefined();
    expect((await other.read.clubAnalyses.metricsByCategory(id, 'membership', { limit: 5 })).items).toEqual(
      [],
    );
    await tablesOf(database()).user.delete({ where: { id: userId } });
    expect(await one.read.clubAnalyses.byId(id)).toMatchObject({ userId: null });
    expect(await one.read.clubAnalyses.delete(id)).toEqual({ uploadIds: [] });
    expect(await one.read.clubAnalyses.byId(id)).toBeNull();
  });

  it('lists analyses newest first, and one metric through them', async () => {
    const one = await club();
    for (let index = 0; index < 5; index += 1)
      await one.inside(({ clubAnalyses }) =>
        clubAnalyses.insert(
          {
            userId: null,
            title: `week ${index}`,
            summary: 's',
            confidence: 1,
            images: [],
            metrics: index === 2 ? [] : [{ name: 'total', value: index, unit: null, category: 'other' }],
          },
          days(Math.floor(index / 2)),
        ),
      );
    const listed = await walked((cursor) => one.read.clubAnalyses.page({ limit: 2, cursor }));
    expect(listed.map(({ title }) => title)).toEqual(['week 4', 'week 3', 'week 2', 'week 1', 'week 0']);
    const history = await walked((cursor) =>
      one.read.clubAnalyses.metricHistory('total', { limit: 2, cursor }),
    );
    expect(history.map(({ value }) => value)).toEqual([4, 3, 1, 0]);
  });

  it('refuses two metrics of one name', async () => {
    const one = await club();
    const metric = { name: 'total', value: 1, unit: null, category: 'other' };
    const call = one.inside(({ clubAnalyses }) =>
      clubAnalyses.insert(
        { userId: null, title: null, summary: 's', confidence: 1, images: [], metrics: [metric, metric] },
        at,
      ),
    );
    expect((await errorOf(call)).kind).toBe('unique_violation');
    expect((await one.read.clubAnalyses.page({ limit: 5 })).items).toEqual([]);
  });

  it('finds members by their key, by an alias and through a merge', async () => {
    const [one, other] = [await club(), await club()];
    const [mira, kel] = await members(one, ['Mira', 'Kel']);
    if (!mira || !kel) throw new Error('unreachable');
    await one.read.clubMembers.setAlias(
      { aliasKey: 'mirabel', alias: 'Mirabel', memberId: mira.id },
      null,
      at,
    );
    await one.read.clubMembers.setMergedInto(kel.id, mira.id, at);
    const found = await one.read.clubMembers.byKeys(['mira', 'kel', 'mirabel', 'nobody']);
    expect(found.size).toBe(3);
    for (const key of ['mira', 'kel', 'mirabel']) expect(found.get(key)?.id).toBe(mira.id);
    expect((await other.read.clubMembers.byKeys(['mira', 'mirabel'])).size).toBe(0);
    expect((await one.read.clubMembers.aliases({ limit: 5 })).items).toMatchObject([{ alias: 'Mirabel' }]);
    expect(await one.read.clubMembers.removeAlias('mirabel')).toBe(true);
    expect(await one.read.clubMembers.removeAlias('mirabel')).toBe(false);
    expect((await errorOf(members(one, ['MIRA']))).kind).toBe('unique_violation');
  });

  it('keeps each power from its own newest reading; a power not read is not touched', async () => {
    const one = await club();
    const [mira] = await members(one, ['Mira']);
    if (!mira) throw new Error('unreachable');
    const huge = 9_223_372_036_854_775_807n;
    await observe(one, { [mira.id]: { sim: 5n } }, { observedAt: days(1) });
    await observe(one, { [mira.id]: { total: huge } }, { observedAt: days(2) });
    await observe(one, { [mira.id]: { sim: 3n } }, { observedAt: days(0) });
    expect((await one.read.clubLatest.page({ sort: 'name', limit: 5 })).items).toMatchObject([
      { simPower: 5n, simObservedAt: days(1), totalPower: huge, totalObservedAt: days(2) },
    ]);
    const week = await one.read.clubObservations.newest({ from: days(-1), to: days(1) });
    expect(week.get(mira.id)).toEqual({ sim: { value: 3n, observedAt: days(0) }, total: null });
  });

  it('saves a batch again without doubling it, and takes it back whole', async () => {
    const one = await club();
    const [mira, kel] = await members(one, ['Mira', 'Kel']);
    if (!mira || !kel) throw new Error('unreachable');
    const batch = { sourceId: randomId(), observedAt: days(3) };
    await observe(one, { [mira.id]: { sim: 1n }, [kel.id]: { sim: 2n } });
    await observe(one, { [mira.id]: { sim: 10n }, [kel.id]: { sim: 20n } }, batch);
    await observe(one, { [mira.id]: { sim: 11n }, [kel.id]: { sim: 20n } }, batch);
    const history = await walked((cursor) =>
      one.read.clubObservations.history([mira.id], { limit: 1, cursor }),
    );
    expect(history.map(({ simPower }) => simPower)).toEqual([11n, 1n]);
    await one.inside(async (scope) => {
      const concerned = await scope.clubObservations.removeSource(batch.sourceId);
      expect(concerned.toSorted()).toEqual([mira.id, kel.id].toSorted());
      await scope.clubLatest.rebuild(concerned, at);
    });
    expect(await names(one, { sort: 'sim' })).toEqual(['Kel', 'Mira']);
    expect((await one.read.clubLatest.page({ sort: 'sim', limit: 5 })).items[0]?.simPower).toBe(2n);
  });

  it('orders the roster by power with the unknown last, then by name; by name; by when they were seen', async () => {
    const one = await club();
    const [b, a, c, d, e, f] = await members(one, ['B', 'A', 'C', 'D', 'E', 'F']);
    if (!a || !b || !c || !d || !e || !f) throw new Error('unreachable');
    await observe(one, {
      [b.id]: { sim: 5n },
      [a.id]: { sim: 5n },
      [c.id]: {},
      [d.id]: { sim: 9n },
      [e.id]: { sim: 0n, total: 7n },
      [f.id]: {},
    });
    expect(await names(one, { sort: 'sim' })).toEqual(['D', 'A', 'B', 'E', 'C', 'F']);
    expect(await names(one, { sort: 'sim', having: 'sim' })).toEqual(['D', 'A', 'B', 'E']);
    expect(await names(one, { sort: 'total' })).toEqual(['E', 'A', 'B', 'C', 'D', 'F']);
    expect(await names(one, { sort: 'name' })).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
    await one.inside(async ({ clubMembers, clubLatest }) => {
      await clubMembers.save(
        [
          { ...a, lastSeenAt: days(2), leftAt: days(2) },
          { ...c, lastSeenAt: days(1) },
        ],
        at,
      );
      await clubLatest.rebuild(null, at);
    });
    expect((await names(one, { sort: 'lastSeen' }))[0]).toBe('C');
    expect(await names(one, { sort: 'name' })).not.toContain('A');
    expect((await names(one, { sort: 'lastSeen', withLeft: true })).slice(0, 2)).toEqual(['A', 'C']);
    expect(await names(one, { sort: 'sim', search: 'd' })).toEqual(['D']);
    expect(await names(one, { sort: 'sim', search: '%' })).toEqual([]);
    expect(await one.read.clubLatest.count({}, 3)).toEqual({ total: 3, isLowerBound: true });
    expect(await one.read.clubLatest.count({ withLeft: true }, 10)).toEqual({
      total: 6,
      isLowerBound: false,
    });
  });

  it('walks a roster of long names in every script', async () => {
    const one = await club();
    const long = ['🐌', 'ガ', 'ß'].map((sign) => sign.repeat(100));
    const stored = await members(one, long);
    await observe(one, Object.fromEntries(stored.map(({ id }) => [id, { sim: 1n }])));
    expect((await names(one, { sort: 'sim' })).toSorted()).toEqual(long.toSorted());
  });

  it('joins the readings of merged members, and parts them again', async () => {
    const one = await club();
    const [mira, mlra] = await members(one, ['Mira', 'Mlra']);
    if (!mira || !mlra) throw new Error('unreachable');
    await observe(one, { [mira.id]: { sim: 1n, total: 8n } });
    await observe(one, { [mlra.id]: { sim: 2n } }, { observedAt: days(7) });
    const merge = (target: string | null) =>
      one.inside(async (scope) => {
        await scope.clubMembers.setMergedInto(mlra.id, target, at);
        await scope.clubLatest.rebuild([mira.id, mlra.id], at);
      });
    await merge(mira.id);
    expect((await one.read.clubLatest.page({ sort: 'name', limit: 5 })).items).toMatchObject([
      { memberId: mira.id, simPower: 2n, totalPower: 8n },
    ]);
    await merge(null);
    expect((await one.read.clubLatest.page({ sort: 'name', limit: 5 })).items).toMatchObject([
      { memberId: mira.id, simPower: 1n },
      { memberId: mlra.id, simPower: 2n, totalPower: null },
    ]);
  });

  it('keeps the old roster when making it anew fails', async () => {
    const one = await club();
    const [mira] = await members(one, ['Mira']);
    if (!mira) throw new Error('unreachable');
    await observe(one, { [mira.id]: { sim: 1n } });
    const failing = one.inside(async ({ clubLatest }) => {
      await clubLatest.rebuild(null, days(1));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await names(one, { sort: 'sim' })).toEqual(['Mira']);
  });
});
