import { describeOnEachPair, type WorldPersonName } from '@slimy/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { outcomeOf, parsed } from './support/calls.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { club, other, settleWorld, signIn, viaBot, world, type WorldIds } from './support/settle-world.ts';

describeOnEachPair('people and guilds as they are seen', (fixture) => {
  let core: TestCore;
  let ids: WorldIds;
  beforeAll(async () => {
    const operators = world.people.operator.discordId;
    core = await openCore(await newInstallation(fixture, { OPERATOR_DISCORD_IDS: operators }));
    ids = await settleWorld(core.database);
  });
  afterAll(() => core.close());
  const as = async (name: WorldPersonName) => (await signIn(core, ids, name)).caller();

  test('who I am: my profile, my guilds, my roles and what they allow there', async () => {
    const session = await core.services.sessions.current(await as('adminElsewhere'), undefined);
    expect(session).toMatchObject({ actor: 'user', demo: false, user: { id: ids.adminElsewhere } });
    const [there, here] = [other, club].map((id) => session?.guilds.find((guild) => guild.id === id));
    expect(there?.abilities).toContain('manage_guild');
    expect(here?.abilities).toEqual(['view_members', 'write_chat']);
    expect(await core.services.sessions.current(await as('operator'), undefined)).toMatchObject({
      actor: 'operator',
    });
    const anonymous = { actor: { kind: 'anonymous' } as const, request: (await as('member')).request };
    expect(await core.services.sessions.current(anonymous, undefined)).toBeNull();
  });

  test('others see the public part of a person, the person and operators all of it', async () => {
    const seen = await core.services.users.byId(await as('member'), { userId: ids.owner });
    expect(Object.keys(seen).toSorted()).toEqual(['avatarUrl', 'discordId', 'globalName', 'id', 'username']);
    const own = await core.services.users.byId(await as('owner'), { userId: ids.owner });
    expect(own).toHaveProperty('email', null);
    const { discordId } = world.people.owner;
    const byOperator = await core.services.users.byDiscordId(await as('operator'), { discordId });
    expect(byOperator).toHaveProperty('createdAt');
  });

  test('a guild shows its counts, its settings and, when asked, its first members', async () => {
    const plain = await core.services.guilds.byId(await as('member'), {
      guildId: club,
      includeMembers: false,
    });
    expect(plain).toMatchObject({ name: 'Slime Club', memberCount: 8, messageCount: 0, roles: ['member'] });
    expect(plain).not.toHaveProperty('members');
    const full = await core.services.guilds.byId(await as('member'), { guildId: club, includeMembers: true });
    expect(full.members?.items).toHaveLength(8);
    const through = await core.services.guilds.byId(await viaBot(core, 'editor'), {
      guildId: club,
      includeMembers: false,
    });
    expect(through.roles).toEqual(['member', 'editor']);
  });

  test('who may do what is told with the reason', async () => {
    const can = async (userId: string | undefined, action: 'manage_settings' | 'view_members') =>
      core.services.guilds.can(await as('member'), { guildId: club, action, userId });
    expect(await can(undefined, 'view_members')).toMatchObject({ allowed: true, reason: 'role' });
    expect(await can(ids.editor, 'manage_settings')).toMatchObject({
      allowed: true,
      roles: ['member', 'editor'],
    });
    expect(await can(ids.member, 'manage_settings')).toMatchObject({
      allowed: false,
      reason: 'role_too_low',
    });
    expect(await can(ids.left, 'view_members')).toEqual({
      allowed: false,
      reason: 'not_a_member',
      roles: [],
    });
    expect(await can('nobody', 'view_members')).toMatchObject({ reason: 'not_a_member' });
  });

  test('operators list all guilds, newest first, and search their names', async () => {
    const list = async (input: object) =>
      core.services.guilds.list(await as('operator'), parsed('guild.list', input));
    expect(await list({})).toMatchObject({ total: 2, hasMore: false, totalIsLowerBound: false });
    const first = await list({ limit: 1 });
    const second = await list({ limit: 1, cursor: first.nextCursor ?? undefined });
    expect(new Set([...first.items, ...second.items].map(({ id }) => id))).toEqual(new Set([club, other]));
    expect((await list({ search: 'SLIME' })).items.map(({ id }) => id)).toEqual([club]);
    expect((await list({ search: '%' })).items).toEqual([]);
    expect(await outcomeOf(list({ cursor: first.nextCursor?.slice(2) }))).toBe('invalid_input');
  });

  test('operators see how it is, look into the cache and clear it; it is all in the trail', async () => {
    const operator = await as('operator');
    const { system } = core.services;
    // On a busy machine Redis may have been too late for a moment before.
    await vi.waitFor(async () => {
      const health = await system.health(operator, undefined);
      expect(health).toMatchObject({ status: 'ok', database: { ok: true }, jobs: { dead: 0 } });
      expect(health.database.migrations.pending).toBe(0);
    }, 20_000);
    await core.services.guildSettings.get(operator, { guildId: club });
    const key = `guild:${club}:detail`;
    expect(await system.cacheExplain(operator, { key })).toMatchObject({ key, served: true });
    expect(await system.cacheInvalidate(operator, { pattern: `guild:${club}:*` })).toEqual({
      outcome: 'confirmed',
    });
    expect(await system.cacheExplain(operator, { key })).toMatchObject({ served: false });
    expect(await outcomeOf(system.cacheInvalidate(operator, { pattern: '*club*' }))).toBe('invalid_input');
    expect((await system.cacheStats(operator, undefined)).namespaces.length).toBeGreaterThan(0);
    await system.cacheClear(operator, undefined);
    expect((await system.version(operator, undefined)).login).toEqual({ discord: false, demo: false });
  });
});
