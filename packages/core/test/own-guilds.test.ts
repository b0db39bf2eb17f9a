import { repositories } from '@slimy/db';
import { describeOnEachPair, guildRow, membershipRow } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf, parsed } from './support/calls.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { club, settleWorld, signIn, viaBot, type SignedIn, type WorldIds } from './support/settle-world.ts';

const idOf = (n: number) => `40000000000000000${n}`;
/** Before anything of the small world. */
const long = (days: number) => new Date(Date.UTC(2025, 0, days));

describeOnEachPair('the guilds of a person', (fixture) => {
  let core: TestCore;
  let ids: WorldIds;
  let member: SignedIn;

  beforeAll(async () => {
    core = await openCore(await newInstallation(fixture));
    ids = await settleWorld(core.database);
    const now = new Date();
    await core.database.transaction(async (transaction) => {
      const repos = repositories(transaction);
      // Two of them joined in the same millisecond.
      const joined = { 1: long(3), 2: long(2), 3: long(2), 4: long(1), 5: long(9) };
      for (const [n, joinedAt] of Object.entries(joined)) {
        const id = idOf(Number(n));
        await repos.guilds.insert(guildRow({ id, memberCount: 1 }, now));
        await repos.guild(id).members.save([membershipRow(ids.member, { joinedAt })], now);
      }
    });
    member = await signIn(core, ids, 'member');
  });
  afterAll(() => core.close());

  const mine = async (input: object = {}) =>
    core.services.guilds.mine(await member.caller(), parsed('guild.mine', input));
  const inOrder = [idOf(4), idOf(2), idOf(3), idOf(1), idOf(5), club];

  test('stand in pages, each once, longest here first', async () => {
    const seen: string[] = [];
    const sizes: number[] = [];
    let cursor: string | null = null;
    do {
      const page = await mine({ limit: 2, ...(cursor !== null && { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      sizes.push(page.items.length);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(inOrder);
    expect(sizes).toEqual([2, 2, 2]);
  });

  test('come on one page where nothing is asked for', async () => {
    const page = await core.services.guilds.mine(
      await viaBot(core, 'member'),
      parsed('guild.mine', undefined),
    );
    expect(page.items.map(({ id }) => id)).toEqual(inOrder);
    expect(page.nextCursor).toBeNull();
  });

  test('go on after a guild that was left meanwhile, and pass over nothing', async () => {
    const first = await mine({ limit: 3 });
    const now = new Date();
    await core.database.transaction((transaction) =>
      repositories(transaction)
        .guild(idOf(3))
        .members.save([membershipRow(ids.member, { joinedAt: long(2), leftAt: now })], now),
    );
    await core.cache.clear();
    const rest = await mine({ limit: 3, cursor: first.nextCursor });
    expect(rest.items.map(({ id }) => id)).toEqual(inOrder.slice(3));
  });

  test('are not asked for with the cursor of another list', async () => {
    const { nextCursor } = await core.services.members.list(
      await member.caller(),
      parsed('guild.members.list', { guildId: club, limit: 1 }),
    );
    expect(nextCursor).not.toBeNull();
    expect(await outcomeOf(mine({ cursor: nextCursor }))).toBe('invalid_input');
  });
});
