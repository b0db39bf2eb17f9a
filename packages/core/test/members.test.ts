import { describeOnEachPair, type WorldPersonName } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { repositories, type DiscordProfile } from '@slimy/db';
import { auditTrail, outcomeOf, parsed, untilAvailable } from './support/calls.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { club, emptyWorld, settleWorld, signIn, world, type WorldIds } from './support/settle-world.ts';

describeOnEachPair('guild members', (fixture) => {
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

  const as = async (name: WorldPersonName) => (await signIn(core, ids, name)).caller();
  const list = async (input: object = {}) =>
    core.services.members.list(await as('member'), parsed('guild.members.list', { guildId: club, ...input }));
  const roles = async (name: WorldPersonName) => {
    const { items } = await list({ limit: 200 });
    return items.find(({ userId }) => userId === ids[name])?.roles ?? null;
  };
  const counted = async () => (await repositories(core.database).guild(club).row())?.memberCount;
  const people = (count: number): DiscordProfile[] =>
    Array.from({ length: count }, (_, index) => ({
      discordId: (400_000_000_000_000_000n + BigInt(index)).toString(),
      username: `guest_${index}`,
      globalName: index % 2 === 0 ? `Guest ${index}` : null,
      avatar: null,
    }));
  const known = async (count: number) =>
    core.database.transaction((tx) => repositories(tx).users.insert(people(count), new Date()));

  test('the list walks by cursor through everybody once, longest here first', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit: 3, cursor });
      expect(page).toMatchObject({ total: 8, totalIsLowerBound: false, hasMore: page.nextCursor !== null });
      seen.push(...page.items.map(({ username }) => username));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const inOrder: WorldPersonName[] = [
      'owner',
      'admin',
      'moderator',
      'editor',
      'club',
      'member',
      'adminElsewhere',
      'operator',
    ];
    expect(seen).toEqual(inOrder.map((name) => world.people[name].username));
    expect((await list({ limit: 3, offset: 6 })).items).toHaveLength(2);
  });

  test('search finds parts of both names without case and accents, and takes every sign literally', async () => {
    const found = async (search: string) => (await list({ search })).items.map(({ username }) => username);
    expect(await found('TOMAS')).toEqual(['tomas']);
    expect(await found('ゆ')).toEqual(['yuki']);
    expect(await found('x_ada')).toEqual(['xx_ada_xx']);
    expect(await found('xXada')).toEqual([]);
    expect(await found('%')).toEqual([]);
    expect(await found('_')).toEqual(['xx_ada_xx']);
    expect(await found('\\')).toEqual([]);
    expect(await list({ search: 'o', role: 'admin' })).toMatchObject({ total: 1, totalIsLowerBound: false });
  });

  test('adding, changing and removing show at once, keep the count and leave a trail', async () => {
    const admin = await as('admin');
    const { discordId } = world.people.outsider;
    const added = await core.services.members.add(admin, { guildId: club, discordId, roles: ['editor'] });
    expect(added).toMatchObject({ roles: ['member', 'editor'], source: 'manual', userId: ids.outsider });
    expect(await counted()).toBe(9);
    expect((await list()).total).toBe(9);
    const changed = await core.services.members.setRoles(admin, {
      guildId: club,
      userId: ids.outsider,
      roles: ['club', 'moderator'],
    });
    expect(changed.roles).toEqual(['member', 'club', 'moderator']);
    await core.services.members.remove(admin, { guildId: club, userId: ids.outsider });
    expect(await roles('outsider')).toBeNull();
    expect(await counted()).toBe(8);
    const trail = await auditTrail(core, 'guild.member.set_roles');
    expect(trail.at(-1)).toMatchObject({
      user_id: ids.admin,
      before: { grantedRoles: ['editor'] },
      after: { grantedRoles: ['club', 'moderator'] },
    });
  });

  test('somebody who left begins anew, without what was granted before', async () => {
    const admin = await as('admin');
    const { discordId } = world.people.left;
    const back = await core.services.members.add(admin, { guildId: club, discordId, roles: [] });
    expect(back.roles).toEqual(['member']);
    const again = core.services.members.add(admin, { guildId: club, discordId, roles: [] });
    expect(await outcomeOf(again)).toBe('already_exists');
    const nobody = { guildId: club, discordId: '300000000000000001', roles: [] };
    expect(await outcomeOf(core.services.members.add(admin, nobody))).toBe('not_found');
  });

  test('nobody changes or removes an equal or higher rank, or grants above their own', async () => {
    const set = async (
      by: WorldPersonName,
      of: WorldPersonName,
      granted: ('club' | 'moderator' | 'admin')[],
    ) =>
      outcomeOf(
        core.services.members.setRoles(await as(by), { guildId: club, userId: ids[of], roles: granted }),
      );
    expect(await set('moderator', 'admin', [])).toBe('rank_too_low');
    expect(await set('moderator', 'moderator', [])).toBe('rank_too_low');
    expect(await set('moderator', 'member', ['admin'])).toBe('rank_too_low');
    expect(await set('moderator', 'member', ['moderator'])).toBe('allowed');
    expect(await set('moderator', 'member', [])).toBe('rank_too_low');
    expect(await set('admin', 'owner', [])).toBe('rank_too_low');
    expect(await set('admin', 'member', ['admin'])).toBe('allowed');
    expect(await set('owner', 'owner', [])).toBe('last_owner');
    expect(await set('owner', 'member', [])).toBe('allowed');
    const remove = async (by: WorldPersonName, of: WorldPersonName) =>
      outcomeOf(core.services.members.remove(await as(by), { guildId: club, userId: ids[of] }));
    expect(await remove('admin', 'owner')).toBe('rank_too_low');
    expect(await remove('owner', 'owner')).toBe('last_owner');
    expect(await remove('admin', 'memberElsewhere')).toBe('not_found');
    expect(await remove('member', 'club')).toBe('action_not_allowed');
  });

  test('hundreds at once: all or nothing, or each for itself, in a handful of statements', async () => {
    const guests = await known(500);
    const owner = await as('owner');
    const members = guests.map(({ discordId }) => ({ discordId, roles: ['club' as const] }));
    const all = await core.services.members.addMany(owner, { guildId: club, members, partial: false });
    expect(all).toMatchObject({ changed: 500 });
    expect(await counted()).toBe(508);

    const spoiled = [...guests.slice(0, 3).map(({ id }) => id), ids.owner, ids.outsider];
    const nothing = core.services.members.removeMany(owner, {
      guildId: club,
      userIds: spoiled,
      partial: false,
    });
    await expect(nothing).rejects.toMatchObject({
      details: { fields: [{ path: ['userIds', 3] }, { path: ['userIds', 4] }] },
    });
    expect(await counted()).toBe(508);

    const some = await core.services.members.removeMany(owner, {
      guildId: club,
      userIds: spoiled,
      partial: true,
    });
    expect(some.changed).toBe(3);
    expect(some.results.map(({ ok, reason }) => [ok, reason])).toEqual([
      [true, null],
      [true, null],
      [true, null],
      [false, 'last_owner'],
      [false, 'not_a_member'],
    ]);
    const rest = guests.slice(3).map(({ id: userId }) => ({ userId, roles: ['editor' as const] }));
    const changed = await core.services.members.setRolesMany(owner, {
      guildId: club,
      members: rest,
      partial: false,
    });
    expect(changed.changed).toBe(497);
    expect(await list({ role: 'editor', limit: 200 })).toMatchObject({ total: 498 });
    expect(await counted()).toBe(505);
  });

  test('twenty people change members at the same time and the count stays right', async () => {
    const guests = await known(20);
    const owner = await as('owner');
    const everybody = (change: (guest: (typeof guests)[number]) => Promise<unknown>) =>
      Promise.all(guests.map((guest) => untilAvailable(() => change(guest))));
    const allowed = guests.map(() => 'allowed');
    const added = await everybody(({ discordId }) =>
      core.services.members.add(owner, { guildId: club, discordId, roles: [] }),
    );
    expect(added).toEqual(allowed);
    expect(await counted()).toBe(28);
    const removed = await everybody(({ id: userId }) =>
      core.services.members.remove(owner, { guildId: club, userId }),
    );
    expect(removed).toEqual(allowed);
    expect(await counted()).toBe(8);
  });
});
