import { describeOnEachEngine } from '@slimy/testing';
import { expect, it } from 'vitest';
import { tablesOf } from '../../src/client/of.ts';
import {
  appendStats,
  column,
  mergeStatDeltas,
  randomId,
  repositories,
  type NewStat,
  type SqlExecutor,
} from '../../src/index.ts';
import { takeOutOfDeltas } from '../../src/writers/stat-deltas.ts';
import { guild, storedPerson, useDatabase } from '../support/database.ts';
import { errorOf } from '../support/errors.ts';
import { walked } from '../support/walk.ts';

const start = Date.UTC(2026, 10, 22, 14, 0);
const minute = (minutes: number) => new Date(start + minutes * 60_000);
const day = { from: minute(0), to: minute(1_440) };
let guilds = 0;

describeOnEachEngine('usage events', (fixture) => {
  const database = useDatabase(fixture);

  async function world() {
    const people = [
      await storedPerson(database()),
      await storedPerson(database(), { username: 'kel' }),
    ] as const;
    const guildId = String(600_000_000_000_000_000n + BigInt((guilds += 1)));
    await tablesOf(database()).guild.create({ data: guild(guildId) });
    const [mira, kel] = people;
    const stat = (change: Partial<NewStat> = {}): NewStat => ({
      userId: mira.id,
      guildId,
      type: 'chat.message',
      value: 1,
      source: `test-${guildId}`,
      timestamp: minute(1),
      ...change,
    });
    return { guildId, mira, kel, stat, usage: repositories(database()).guild(guildId).stats };
  }

  const append = (stats: readonly NewStat[]) => database().sql.tx((sql) => appendStats(sql, stats));
  async function mergeAll() {
    while ((await database().transaction(({ sql }) => mergeStatDeltas(sql, 3))) > 0);
  }
  const rollupRows = (guildId: string) =>
    tablesOf(database()).statRollup.findMany({ where: { guildId, subject: 'guild' } });

  it('keep their value whatever its kind', async () => {
    const { stat, usage } = await world();
    const values = [
      0,
      -1.5,
      1e300,
      0.12345678901234568,
      9_007_199_254_740_991,
      'text',
      '5',
      '',
      { a: [1, 'b'] },
    ];
    await append(values.map((value, index) => stat({ value, timestamp: minute(index) })));
    const { items } = await usage.events({ limit: 20 });
    expect(items.map(({ value }) => value).toReversed()).toEqual(values);
  });

  it.each(['direct SQL', 'the tables'] as const)(
    'told again are one row and one count, in a transaction of %s',
    async (access) => {
      const { stat, usage } = await world();
      const tx = <Result>(work: (sql: SqlExecutor) => Promise<Result>) =>
        access === 'direct SQL' ? database().sql.tx(work) : database().transaction(({ sql }) => work(sql));
      const events = Array.from({ length: 30 }, (_, index) => stat({ eventId: `e${index}` }));
      expect(await tx((sql) => appendStats(sql, events.slice(0, 20)))).toEqual({ stored: 20, repeated: 0 });
      expect(await tx((sql) => appendStats(sql, events.slice(10)))).toEqual({ stored: 10, repeated: 10 });
      const twice = [stat({ eventId: 'twice' }), stat({ eventId: 'twice' })];
      expect(await tx((sql) => appendStats(sql, twice))).toEqual({ stored: 1, repeated: 1 });
      expect((await usage.totals(day)).eventCount).toBe(31n);
      expect((await walked((cursor) => usage.events({ limit: 7, cursor }))).length).toBe(31);
    },
  );

  it('of two tellers may have the same id', async () => {
    const { stat, usage } = await world();
    await append([stat({ eventId: 'same' }), stat({ eventId: 'same', source: `other-${randomId()}` })]);
    expect((await usage.totals(day)).eventCount).toBe(2n);
  });

  it('told by ten processes at once are counted once each', async () => {
    const { stat, usage } = await world();
    const events = Array.from({ length: 40 }, (_, index) =>
      stat({ eventId: `p${index}`, timestamp: minute(index) }),
    );
    const told = await Promise.all(
      Array.from({ length: 10 }, (_, teller) => append(events.slice(teller * 2, teller * 2 + 20))),
    );
    expect(told.reduce((sum, { stored }) => sum + stored, 0)).toBe(38);
    expect((await usage.totals(day)).eventCount).toBe(38n);
  });

  it('of a person or a guild that is not there are refused, and nothing of their call stays', async () => {
    const { stat, usage } = await world();
    await append([stat({ eventId: 'known' })]);
    for (const wrong of [{ userId: 'nobody' }, { guildId: '599999999999999998' }]) {
      const call = append([stat({ eventId: 'known' }), stat(), stat(wrong)]);
      expect((await errorOf(call)).kind).toBe('foreign_key');
    }
    expect((await usage.totals(day)).eventCount).toBe(1n);
  });

  it('whose text is too long are refused', async () => {
    const { stat } = await world();
    expect((await errorOf(append([stat({ type: 'x'.repeat(65) })]))).kind).toBe('too_long');
  });

  it('add up by quarter, type and person, the same before and after a merge', async () => {
    const { stat, usage, mira, kel, guildId } = await world();
    await append([
      stat({ timestamp: minute(0), value: 2 }),
      stat({ timestamp: minute(14.99), value: 3 }),
      stat({ timestamp: minute(15), value: 'x' }),
    ]);
    await append([
      stat({ timestamp: minute(16), value: 4, userId: kel.id }),
      stat({ timestamp: minute(70), type: 'command.roster', value: {} }),
      stat({ timestamp: minute(71), userId: null, type: 'bot.ready' }),
      stat({ timestamp: minute(72), guildId: null }),
    ]);
    const seen = async () => ({
      series: await usage.series(day),
      typed: await usage.series({ ...day, type: 'chat.message' }),
      totals: await usage.totals(day),
      types: await usage.topTypes(day, 2),
      people: (await usage.topPeople(day, 5)).map(({ userId, eventCount }) => [userId, eventCount]),
      active: await usage.activePeople(day),
      activeByPeriod: await usage.activePeopleByPeriod([
        { from: minute(0), to: minute(15) },
        { from: minute(15), to: minute(30) },
        { from: minute(30), to: minute(60) },
      ]),
      own: await repositories(database()).person(mira.id).stats.totals(day),
    });
    const before = await seen();
    expect(before).toEqual({
      series: [
        { bucketStart: minute(0), eventCount: 2n, valueCount: 2n, valueSum: 5 },
        { bucketStart: minute(15), eventCount: 2n, valueCount: 1n, valueSum: 4 },
        { bucketStart: minute(60), eventCount: 2n, valueCount: 1n, valueSum: 1 },
      ],
      typed: [
        { bucketStart: minute(0), eventCount: 2n, valueCount: 2n, valueSum: 5 },
        { bucketStart: minute(15), eventCount: 2n, valueCount: 1n, valueSum: 4 },
      ],
      totals: { eventCount: 6n, valueCount: 4n, valueSum: 10 },
      types: [
        { type: 'chat.message', eventCount: 4n, valueCount: 3n, valueSum: 9 },
        { type: 'bot.ready', eventCount: 1n, valueCount: 1n, valueSum: 1 },
      ],
      people: [
        [mira.id, 4n],
        [kel.id, 1n],
      ],
      active: 2,
      activeByPeriod: [1, 2, 0],
      own: { eventCount: 5n, valueCount: 3n, valueSum: 6 },
    });
    await mergeAll();
    expect(await seen()).toEqual(before);
    expect(await rollupRows(guildId)).toHaveLength(4);
  });

  it('added and merged at the same time, by several at once, are counted once', async () => {
    const { stat, usage, guildId } = await world();
    const tellers = Array.from({ length: 6 }, async (_, teller) => {
      for (let call = 0; call < 4; call += 1)
        await append([stat({ eventId: `${teller}-${call}` }), stat({ timestamp: minute(20 * call) })]);
    });
    await Promise.all([...tellers, mergeAll(), mergeAll(), mergeAll()]);
    expect((await usage.totals(day)).eventCount).toBe(48n);
    await mergeAll();
    expect((await usage.totals(day)).eventCount).toBe(48n);
    expect(await tablesOf(database()).statDelta.count({ where: { guildId } })).toBe(0);
  });

  it('are listed newest first by type and time, and nobody sees those of another guild', async () => {
    const { stat, usage } = await world();
    const other = await world();
    await append(
      Array.from({ length: 9 }, (_, index) =>
        stat({
          type: index % 2 === 0 ? 'even' : 'odd',
          value: index,
          timestamp: minute(Math.floor(index / 2)),
        }),
      ),
    );
    const values = async (request: { type?: string; from?: Date; to?: Date }) =>
      (await walked((cursor) => usage.events({ ...request, limit: 2, cursor }))).map(({ value }) => value);
    expect(await values({})).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(await values({ type: 'odd' })).toEqual([7, 5, 3, 1]);
    expect(await values({ from: minute(1), to: minute(3) })).toEqual([5, 4, 3, 2]);
    expect((await other.usage.events({ limit: 5 })).items).toEqual([]);
  });

  it('of a person are taken out of what is not merged yet, those of others and of the guild stay', async () => {
    const { stat, usage, mira, kel, guildId } = await world();
    await append([stat(), stat({ timestamp: minute(20) }), stat({ userId: kel.id, value: 5 })]);
    await append([stat({ guildId: null })]);
    await database().transaction(async ({ sql, engine }) => {
      await sql.one(
        `SELECT id FROM users WHERE id = ? ${engine === 'mysql' ? 'FOR UPDATE' : ''}`,
        [mira.id],
        {
          id: column.text,
        },
      );
      await takeOutOfDeltas(sql, mira.id);
    });
    const deltas = await tablesOf(database()).statDelta.findMany();
    expect(JSON.stringify(deltas)).not.toContain(mira.id);
    const seen = async () => ({
      own: (await repositories(database()).person(mira.id).stats.totals(day)).eventCount,
      guild: await usage.totals(day),
      people: (await usage.topPeople(day, 5)).map(({ userId, valueSum }) => [userId, valueSum]),
      active: await usage.activePeople(day),
    });
    const left = {
      own: 0n,
      guild: { eventCount: 3n, valueCount: 3n, valueSum: 7 },
      people: [[kel.id, 5]],
      active: 1,
    };
    expect(await seen()).toEqual(left);
    await mergeAll();
    expect(await seen()).toEqual(left);
    expect(await rollupRows(guildId)).toHaveLength(2);
  });

  it('whose values are too large for their sum are refused as a whole', async () => {
    const { stat, usage } = await world();
    const call = append([stat({ value: 1.7e308 }), stat({ value: 1.7e308 })]);
    expect((await errorOf(call)).kind).toBe('out_of_range');
    expect((await usage.events({ limit: 5 })).items).toEqual([]);
  });

  it('whose values are too large together hold up nobody, however they came in', async () => {
    const { stat, usage } = await world();
    const other = await world();
    for (let call = 0; call < 3; call += 1) await append([stat({ value: 1.7e308 })]);
    await append([other.stat({ value: 2 })]);
    await append([other.stat({ value: 9e18 })]);
    await append([other.stat({ value: 9e18 })]);
    expect((await other.usage.totals(day)).valueSum).toBe(1.8e19);
    await mergeAll();
    expect(await tablesOf(database()).statDelta.count()).toBe(0);
    expect((await usage.totals(day)).eventCount).toBe(3n);
    expect(Number.isFinite((await usage.totals(day)).valueSum)).toBe(true);
    expect((await other.usage.totals(day)).eventCount).toBe(3n);
    await append([stat({ value: 1 })]);
    await mergeAll();
    expect((await usage.totals(day)).eventCount).toBe(4n);
  });

  it('are one row a guild until they are merged, and one a sum from then on', async () => {
    const { stat, guildId, kel } = await world();
    const people = [undefined, kel.id, null].map((userId) => (userId === undefined ? {} : { userId }));
    await append(Array.from({ length: 60 }, (_, n) => stat({ ...people[n % 3], timestamp: minute(n % 30) })));
    const where = { where: { guildId } };
    expect(await tablesOf(database()).statDelta.count(where)).toBe(1);
    for (let round = 0; round < 2; round += 1) {
      await append([stat(), stat({ userId: kel.id, timestamp: minute(16) })]);
      await mergeAll();
      expect(await tablesOf(database()).statDelta.count(where)).toBe(0);
      // Two quarters of an hour, each of the guild and of its two people.
      expect(await tablesOf(database()).statRollup.count(where)).toBe(6);
    }
  });

  it('of a person who goes leave the counts of their guild', async () => {
    const { stat, usage, mira } = await world();
    await append([stat()]);
    await tablesOf(database()).user.delete({ where: { id: mira.id } });
    expect((await usage.totals(day)).eventCount).toBe(1n);
    expect(await usage.activePeople(day)).toBe(0);
    await mergeAll();
    expect((await usage.totals(day)).eventCount).toBe(1n);
    expect(await usage.activePeople(day)).toBe(0);
    expect((await usage.events({ limit: 5 })).items).toEqual([]);
  });
});
