import { describeOnEachEngine } from '@slimy/testing';
import { expect, it } from 'vitest';
import { tablesOf } from '../../src/client/of.ts';
import { repositories, type NewScreenshotAnalysis } from '../../src/index.ts';
import { at, storedPerson, useDatabase } from '../support/database.ts';
import { errorOf } from '../support/errors.ts';
import { walked } from '../support/walk.ts';

const later = (seconds: number) => new Date(at.getTime() + seconds * 1_000);

const read: NewScreenshotAnalysis = {
  screenshotType: 'game-stats',
  uploadId: null,
  imageUrl: null,
  title: 'Snail of the week',
  description: 'What is on it',
  summary: '🐌'.repeat(10_000),
  confidence: 0.5714,
  processingTime: 812,
  modelUsed: 'local',
  rawResponse: { lines: 12 },
  data: [
    { key: 'power', value: 12.5, dataType: 'number', category: 'stats', confidence: 0.9 },
    { key: 'tier', value: 'gold', dataType: 'string', category: 'stats', confidence: null },
    { key: 'gear', value: [{ slot: 1 }], dataType: 'array', category: 'gear', confidence: null },
  ],
  tags: [
    { tag: 'Ärger', category: 'mood' },
    { tag: 'pvp', category: null },
  ],
  insights: [
    {
      type: 'trend',
      priority: 'low',
      title: 'Grows',
      description: 'a bit',
      confidence: 0.4,
      actionable: false,
    },
  ],
  recommendations: [
    {
      type: 'gear',
      priority: 'high',
      title: 'Upgrade',
      description: 'the shell',
      impact: 'high',
      effort: 'low',
      actionable: true,
    },
  ],
};

describeOnEachEngine('the screenshots of a person', (fixture) => {
  const database = useDatabase(fixture);

  async function someone() {
    const { id } = await storedPerson(database());
    const store = (change: Partial<NewScreenshotAnalysis> = {}, when = at) =>
      database().transaction((tx) =>
        repositories(tx)
          .person(id)
          .screenshots.insert({ ...read, ...change }, when),
      );
    return { id, store, own: repositories(database()).person(id) };
  }

  it('keep every part of an analysis in its order', async () => {
    const { id: userId, store, own } = await someone();
    const id = await store();
    const { rawResponse: _, ...shown } = read;
    expect(await own.screenshots.byId(id)).toEqual({
      ...shown,
      id,
      userId,
      createdAt: at,
      updatedAt: at,
      tags: read.tags.toSorted((a, b) => (a.tag === 'Ärger' ? -1 : b.tag === 'Ärger' ? 1 : 0)),
    });
  });

  it('are listed newest first by type, day and tag', async () => {
    const { store, own } = await someone();
    for (let index = 0; index < 6; index += 1)
      await store(
        {
          title: `shot ${index}`,
          screenshotType: index % 2 === 0 ? 'profile' : 'inventory',
          tags: index < 3 ? read.tags : [],
        },
        later(Math.floor(index / 2)),
      );
    const titles = async (filter: { screenshotType?: string; tag?: string; from?: Date; to?: Date }) =>
      (await walked((cursor) => own.screenshots.page({ ...filter, limit: 2, cursor }))).map(({ title }) =>
        Number(title.slice(5)),
      );
    expect(await titles({})).toEqual([5, 4, 3, 2, 1, 0]);
    expect(await titles({ screenshotType: 'profile' })).toEqual([4, 2, 0]);
    expect(await titles({ tag: 'ARGER' })).toEqual([2, 1, 0]);
    expect(await titles({ from: later(1), to: later(2) })).toEqual([3, 2]);
  });

  it('are nobody else’s', async () => {
    const [mine, theirs] = [await someone(), await someone()];
    const id = await mine.store();
    expect(await theirs.own.screenshots.byId(id)).toBeNull();
    expect(await theirs.own.screenshots.delete(id)).toBeUndefined();
    expect((await theirs.own.screenshots.page({ limit: 5 })).items).toEqual([]);
    expect(await mine.own.screenshots.delete(id)).toEqual({ uploadId: null });
    expect(await mine.own.screenshots.byId(id)).toBeNull();
    expect(await tablesOf(database()).screenshotData.count({ where: { analysisId: id } })).toBe(0);
  });

  it('are compared once a pair, whichever is named first, and never with themselves', async () => {
    const { store, id, own } = await someone();
    const [one, other] = [await store({}, later(0)), await store({}, later(9))];
    const compare = (analysisId1: string, analysisId2: string) =>
      database().transaction((tx) =>
        repositories(tx)
          .person(id)
          .comparisons.insert(
            {
              analysisId1,
              analysisId2,
              comparisonType: 'difference',
              summary: 'less',
              trend: 'declining',
              differences: [{ key: 'power', before: 10, after: 8 }],
              insights: [],
            },
            at,
          ),
      );
    const all = await Promise.all([compare(one, other), compare(other, one), compare(one, other)]);
    expect(new Set(all.map((comparison) => comparison.id)).size).toBe(1);
    expect(all[1]).toMatchObject({ analysisId1: one, analysisId2: other, trend: 'declining' });
    expect(await own.comparisons.ofPair(other, one, 'difference')).toEqual(all[0]);
    expect(await own.comparisons.ofPair(other, one, 'trend')).toBeNull();
    expect((await errorOf(compare(one, one))).kind).toBe('misuse');
    expect((await errorOf(compare(one, 'unknown'))).kind).toBe('foreign_key');
    expect((await walked((cursor) => own.comparisons.page({ limit: 1, cursor }))).length).toBe(1);
  });

  it('cannot be compared the wrong way round, not even past the repository', async () => {
    const { store, id: userId } = await someone();
    const [one, other] = [await store({}, later(0)), await store({}, later(9))];
    const write = (analysisId1: string, analysisId2: string) =>
      tablesOf(database()).screenshotComparison.create({
        data: {
          id: `${analysisId1.slice(0, 12)}-${analysisId2.slice(0, 12)}`,
          userId,
          analysisId1,
          analysisId2,
          comparisonType: 'trend',
          summary: '',
          trend: 'stable',
          differences: [],
          insights: [],
          createdAt: at,
        },
      });
    await errorOf(write(other, one));
    await errorOf(write(one, one));
    expect(await write(one, other)).toMatchObject({ analysisId1: one });
  });
});
