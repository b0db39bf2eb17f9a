import { describeOnEachPair, vectorCases } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { outcomeOf, parsed } from './support/calls.ts';
import { storeScan } from './support/club.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { club, emptyWorld, settleWorld, signIn, viaBot, type WorldIds } from './support/settle-world.ts';

const readAt = '2026-04-17T11:45:00Z';
const many = Array.from({ length: 30 }, (_, n) => ({ name: `member ${n}`, sim: 1n, total: BigInt(n) }));

const order = z.strictObject({
  members: z.array(z.strictObject({ name: z.string(), v: z.string().nullable() })),
  expected: z.array(z.string()),
  leaderboard: z.array(z.string()),
  why: z.string(),
});
const clamp = z.strictObject({
  clamp: z.union([z.number(), z.literal('not given')]),
  effective: z.number(),
});
const command = z.strictObject({ commandLimit: z.number(), expected: z.literal('refuse') });
const pages = z.strictObject({ members: z.literal(0), pageSize: z.number(), pages: z.number() });

/** The cases of the vector in one form; one that has none of the forms fails. */
const cases = vectorCases('leaderboard', (fields) =>
  z.union([order, clamp, command, pages]).parse(fields),
).map((one) => ({ name: JSON.stringify(one), one }));

describeOnEachPair('a leaderboard', (fixture) => {
  let core: TestCore;
  let ids: WorldIds;

  beforeAll(async () => {
    core = await openCore(await newInstallation(fixture));
  });
  beforeEach(async () => {
    await emptyWorld(core);
    ids = await settleWorld(core.database);
  });
  afterAll(() => core.close());

  const member = async () => (await signIn(core, ids, 'member')).caller();
  const latest = async (input: object, caller = member()) =>
    core.services.clubMembers.latest(
      await caller,
      parsed('club.members.latest', { guildId: club, ...input }),
    );
  const names = async (input: object) => (await latest(input)).items.map(({ name }) => name);

  test.each(cases)('vector: $name', async ({ one }) => {
    if ('leaderboard' in one) {
      const read = one.members.map(({ name, v }) => ({ name, sim: 1n, ...(v && { total: BigInt(v) }) }));
      await storeScan(core, club, readAt, read);
      expect(await names({ sort: 'total' })).toEqual(one.expected);
      expect(await names({ sort: 'total', having: 'total' })).toEqual(one.leaderboard);
      expect(await names({ ranking: { by: 'total' } })).toEqual(one.leaderboard);
    } else if ('clamp' in one) {
      await storeScan(core, club, readAt, many);
      const places = typeof one.clamp === 'number' ? { places: one.clamp } : {};
      const shown = await latest({ ranking: { by: 'total', ...places } });
      expect(shown.items.map(({ totalPower }) => totalPower)).toEqual(
        Array.from({ length: one.effective }, (_, n) => BigInt(29 - n)),
      );
      expect([shown.total, shown.nextCursor]).toEqual([30, null]);
    } else if ('commandLimit' in one) {
      const ranking = { by: 'total', places: one.commandLimit };
      expect(await outcomeOf(latest({ ranking }, viaBot(core, 'member')))).toBe('invalid_input');
    } else {
      let count = 0;
      for (let cursor: string | null | undefined; cursor !== null; count += 1) {
        const page = await latest({ limit: one.pageSize, ...(cursor && { cursor }) });
        expect(page).toMatchObject({ items: [], total: one.members });
        cursor = page.nextCursor;
      }
      expect(count).toBe(one.pages);
    }
  });

  test('a command gets the numbers of places it offers, and ten where none was typed', async () => {
    await storeScan(core, club, readAt, many);
    const typed = async (places?: number) => {
      const ranking = { by: 'total', ...(places !== undefined && { places }) };
      return (await latest({ ranking }, viaBot(core, 'member'))).items.length;
    };
    expect([await typed(5), await typed(25), await typed()]).toEqual([5, 25, 10]);
  });

  test('a ranking is one page, of one power, found by name among its own', async () => {
    await storeScan(core, club, readAt, many);
    expect(await names({ ranking: { by: 'sim' }, search: 'member 7' })).toEqual(['member 7']);
    const cursor = (await latest({ limit: 5 })).nextCursor;
    expect(cursor).not.toBeNull();
    expect(await outcomeOf(latest({ cursor, ranking: { by: 'total' } }))).toBe('invalid_input');
  });
});
