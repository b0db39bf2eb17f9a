import type { UsageEvent } from '@slimy/contract';
import { column, mergeAllStatDeltas } from '@slimy/db';
import { describeOnEachPair, type WorldPersonName } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { rule } from '../src/index.ts';
import { outcomeOf, parsed, passGate } from './support/calls.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import {
  club,
  emptyWorld,
  other,
  settleWorld,
  signIn,
  theBot,
  viaBot,
  world,
  type WorldIds,
} from './support/settle-world.ts';

describeOnEachPair('usage', (fixture) => {
  let core: TestCore;
  let ids: WorldIds;
  let now = new Date();
  beforeAll(async () => {
    core = await openCore(await newInstallation(fixture), { clock: { now: () => now } });
  });
  beforeEach(async () => {
    now = new Date('2026-04-15T12:00:00Z');
    await emptyWorld(core);
    ids = await settleWorld(core.database);
  });
  afterAll(() => core.close());

  const as = async (name: WorldPersonName) => (await signIn(core, ids, name)).caller();
  const { discordId } = world.people.member;
  let told = 0;
  const event = (at: string, change: Partial<UsageEvent> = {}): UsageEvent => ({
    guildId: club,
    type: 'chat.message',
    value: 1,
    at: new Date(at),
    eventId: `e${(told += 1)}`,
    ...change,
  });
  const tell = (events: readonly UsageEvent[]) =>
    core.services.usage.recordMany(theBot, { events: [...events] });
  const series = async (input: object) =>
    core.services.usage.series(await as('moderator'), parsed('usage.series', { guildId: club, ...input }));
  const summary = async (input: object = {}) =>
    core.services.usage.summary(await as('moderator'), parsed('usage.summary', { guildId: club, ...input }));
  const countedRows = async (table: 'stats' | 'stat_deltas' | 'stat_rollups') =>
    (await core.database.sql.one(`SELECT COUNT(*) AS n FROM ${table}`, [], { n: column.int }))?.n;

  test('what is acknowledged is stored and counted, told again it stays one', async () => {
    const { usage } = core.services;
    const mine = await as('member');
    const one = parsed('usage.record', { guildId: club, type: 'command.roster', eventId: 'a', value: 2.5 });
    expect(await usage.record(mine, one)).toEqual({ stored: true });
    expect(await usage.record(mine, one)).toEqual({ stored: false });
    const many = parsed('usage.recordMany', {
      events: [
        { type: 'command.roster', eventId: 'a' },
        { type: 'command.roster', eventId: 'b', value: { page: 2, tags: ['x'], of: { guild: true } } },
        { type: 'chat.message', eventId: 'c', value: '数 🐌' },
      ],
    });
    expect(await usage.recordMany(mine, many)).toEqual({ stored: 2, repeated: 1, refused: [] });
    expect(await usage.recordMany(await as('club'), many)).toMatchObject({ stored: 3, repeated: 0 });
    const own = await usage.events(mine, parsed('usage.events', {}));
    expect(own.items.map(({ eventId, value, guildId, byBot }) => [eventId, value, guildId, byBot])).toEqual(
      expect.arrayContaining([
        ['a', 2.5, club, false],
        ['b', { page: 2, tags: ['x'], of: { guild: true } }, null, false],
        ['c', '数 🐌', null, false],
      ]),
    );
    const sums = await usage.summary(mine, parsed('usage.summary', { window: 'today' }));
    expect(sums).toMatchObject({ events: 3, values: 1, valueSum: 2.5, activePeople: null });
    expect(await summary()).toMatchObject({ events: 1, valueSum: 2.5, activePeople: 1 });
  });

  test('the bot tells of people; what it cannot keep it is told, and the rest is stored', async () => {
    const events = [
      event('2026-04-15T11:00:00Z', { discordId }),
      event('2026-04-15T11:00:00Z', { discordId: '999999999999999999' }),
      event('2026-04-15T11:00:00Z', { discordId, guildId: '999999999999999998' }),
      event('2026-04-15T11:00:00Z', { discordId: '999999999999999999', guildId: undefined }),
      event('2026-04-15T11:00:00Z', { discordId, guildId: other }),
    ];
    const answer = {
      stored: 3,
      repeated: 0,
      refused: [
        { index: 2, reason: 'unknown_guild' },
        { index: 3, reason: 'unknown_person' },
      ],
    };
    expect(await tell(events)).toEqual(answer);
    expect(await tell(events)).toEqual({ ...answer, stored: 0, repeated: 3 });
    expect(await summary()).toMatchObject({ events: 2, activePeople: 1 });
    const top = await core.services.usage.top(
      await as('admin'),
      parsed('usage.top', { guildId: club, window: 'today' }),
    );
    expect(top).toMatchObject({
      types: [{ type: 'chat.message', events: 2 }],
      people: [{ userId: ids.member, discordId, username: 'ben', events: 1 }],
    });
  });

  test('refuses what is to come, what is somebody else’s, and what is too large, by its place', async () => {
    const { usage } = core.services;
    const mine = await as('member');
    const wrong = async (change: object) =>
      usage.recordMany(mine, {
        events: [event('2026-04-15T11:00:00Z'), event('2026-04-15T11:00:00Z', change)],
      });
    await expect(wrong({ at: new Date('2026-04-15T12:05:00.001Z') })).rejects.toMatchObject({
      reason: 'invalid_input',
      details: { fields: [{ path: ['events', 1, 'at'] }] },
    });
    await expect(wrong({ discordId: world.people.owner.discordId })).rejects.toMatchObject({
      details: { fields: [{ path: ['events', 1, 'discordId'] }] },
    });
    expect(await countedRows('stats')).toBe(0);
    const tooLarge = { type: 'x', eventId: 'x', value: 'é'.repeat(2_048) };
    expect(() => parsed('usage.record', tooLarge)).toThrow('4096 bytes');
    expect(() => parsed('usage.record', { ...tooLarge, value: Number.NaN })).toThrow();
    expect(() => parsed('usage.record', { ...tooLarge, type: 'Chat' })).toThrow();
  });

  test('days of Kathmandu and Adelaide and both changes of the clocks are cut where they are', async () => {
    await tell([
      event('2026-04-14T18:14:59.999Z'),
      event('2026-04-14T18:15:00Z', { value: 10 }),
      event('2026-04-14T14:29:59Z', { value: 100 }),
      event('2026-04-14T14:30:00Z', { value: 1000 }),
    ]);
    const valuesBy = async (timeZone: string, window = '7d') =>
      (await series({ window, timeZone })).points.map(({ valueSum }) => valueSum).filter((sum) => sum > 0);
    expect(await valuesBy('Asia/Kathmandu')).toEqual([1101, 10]);
    expect(await valuesBy('Australia/Adelaide')).toEqual([100, 1011]);
    expect(await valuesBy('UTC')).toEqual([1111]);

    now = new Date('2026-12-01T00:00:00Z');
    const changes = ['2026-03-08T07:59Z', '2026-03-08T08:00Z', '2026-03-09T06:59Z', '2026-03-09T07:00Z'];
    const back = ['2026-11-01T06:59Z', '2026-11-01T07:00Z', '2026-11-02T07:59Z', '2026-11-02T08:00Z'];
    await tell([...changes, ...back].map((at) => event(at)));
    const days = async (from: string, to: string) => {
      const range = { window: 'custom', from: new Date(from), to: new Date(to) };
      return (await series({ ...range, timeZone: 'America/Los_Angeles' })).points.map(({ events }) => events);
    };
    expect(await days('2026-03-07T08:00Z', '2026-03-10T07:00Z')).toEqual([1, 2, 1]);
    expect(await days('2026-10-31T07:00Z', '2026-11-03T08:00Z')).toEqual([1, 2, 1]);
  });

  test('a series by hour, day, week or month adds up to the summary, before and after the merge', async () => {
    const people = [discordId, world.people.club.discordId, undefined];
    const start = Date.parse('2026-03-20T00:07:00Z');
    const events = Array.from({ length: 120 }, (_, n) =>
      event(new Date(start + n * 5 * 3_600_000).toISOString(), {
        value: n % 4 === 0 ? 'text' : n,
        discordId: people[n % 3],
        type: n % 2 === 0 ? 'even' : 'odd',
      }),
    );
    await tell(events);
    const period = { window: '30d', timeZone: 'Asia/Kathmandu' };
    const seen = async () => {
      const sums = await summary(period);
      const all = [];
      for (const by of ['hour', 'day', 'week', 'month'] as const) {
        const { points } = await series({ ...period, by });
        const added = points.reduce((sum, one) => sum + one.events, 0);
        const values = points.reduce((sum, one) => sum + one.valueSum, 0);
        expect([added, values]).toEqual([sums.events, sums.valueSum]);
        all.push(points);
      }
      const odd = await summary({ ...period, type: 'odd' });
      return { sums, all, odd };
    };
    const before = await seen();
    expect(before.sums.activePeople).toBe(2);
    expect(before.odd.events).toBe(
      events.filter(({ type, at }) => type === 'odd' && at! >= before.sums.from).length,
    );
    await mergeAllStatDeltas(core.database);
    expect(await seen()).toEqual(before);
    const added = await countedRows('stat_rollups');
    await tell(events.slice(0, 50).map((one) => ({ ...one, eventId: `${one.eventId}x`, value: 0 })));
    expect(await countedRows('stat_deltas')).toBeGreaterThan(0);
    expect(await core.jobs.runDue()).toBeGreaterThan(0);
    expect(await countedRows('stat_deltas')).toBe(0);
    expect(await countedRows('stat_rollups')).toBe(added);
    const after = await seen();
    expect(after.sums.valueSum).toBe(before.sums.valueSum);
    expect(after.sums.events).toBeGreaterThan(before.sums.events);
  });

  test('the summary stands beside the same time before', async () => {
    await tell([
      event('2026-04-15T11:00:00Z'),
      event('2026-04-15T10:00:00Z'),
      event('2026-04-15T09:00:00Z'),
      event('2026-04-07T11:00:00Z'),
    ]);
    expect(await summary()).toMatchObject({ events: 3, previous: { events: 1 }, eventsChangePercent: 200 });
    expect(await summary({ type: 'nothing' })).toMatchObject({ events: 0, eventsChangePercent: 0 });
    await expect(series({ window: '30d', by: 'hour' })).resolves.toMatchObject({ by: 'hour' });
    const year = { window: 'custom', from: new Date('2025-05-01T00:00Z'), to: now };
    await expect(series({ ...year, by: 'hour' })).rejects.toMatchObject({
      reason: 'invalid_input',
      details: { fields: [{ path: ['by'] }] },
    });
    expect((await series({ ...year, by: 'month' })).points).toHaveLength(12);
  });

  test('a guild’s usage is for those who may see it, one’s own for oneself, another guild’s for nobody', async () => {
    const see = async (name: WorldPersonName, input: object) =>
      outcomeOf(passGate(core, await as(name), rule.resolver('seeUsage'), input));
    expect(await see('moderator', { guildId: club })).toBe('allowed');
    expect(await see('editor', { guildId: club })).toBe('action_not_allowed');
    expect(await see('moderator', { guildId: other })).toBe('not_found');
    expect(await see('outsider', {})).toBe('allowed');
    const record = async (name: WorldPersonName, events: object[]) =>
      outcomeOf(passGate(core, await as(name), rule.resolver('ingestUsage'), { events }, { mutation: true }));
    expect(await record('member', [{}, { guildId: club }])).toBe('allowed');
    expect(await record('member', [{ guildId: club }, { guildId: other }])).toBe('not_found');
    const botAlone = passGate(core, theBot, rule.resolver('recordUsage'), {}, { mutation: true });
    expect(await outcomeOf(botAlone)).toBe('not_via_bot');
    const acting = await viaBot(core, 'member');
    expect(await outcomeOf(passGate(core, acting, rule.resolver('ingestUsage'), { events: [] }))).toBe(
      'not_via_bot',
    );

    await tell([
      event('2026-04-15T11:00:00Z', { discordId }),
      event('2026-04-15T11:00:00Z', { guildId: other }),
    ]);
    const list = parsed('usage.events', { guildId: club, limit: 1 });
    const page = await core.services.usage.events(await as('admin'), list);
    expect(page.items).toHaveLength(1);
    expect(page.nextCursor).toBeNull();
    const foreign = { ...list, cursor: 'AAAA' };
    expect(await outcomeOf(core.services.usage.events(await as('admin'), foreign))).toBe('invalid_input');
  });
});
