import { describeOnEachPair, personFacts, presentMember } from '@slimy/testing';
import type { MemberFact } from '@slimy/contract';
import { repositories } from '@slimy/db';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { auditTrail, outcomeOf } from './support/calls.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import {
  club,
  emptyWorld,
  settleWorld,
  signIn,
  theBot,
  world,
  type WorldIds,
} from './support/settle-world.ts';

const ADMINISTRATOR = '8';

function present(discordId: string, fact: Parameters<typeof presentMember>[1] = {}): MemberFact {
  return presentMember(personFacts(discordId), fact);
}

describeOnEachPair('facts of the gateway', (fixture) => {
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

  const sync = async (members: MemberFact[], complete = false) =>
    core.services.members.sync(theBot, { guildId: club, members, complete });
  const crowd = (count: number, fact: Parameters<typeof present>[1] = {}) =>
    Array.from({ length: count }, (_, index) =>
      present((500_000_000_000_000_000n + BigInt(index)).toString(), fact),
    );
  const row = async () => (await repositories(core.database).guild(club).row())!;

  test('a thousand join, nothing happens twice, and they leave again', async () => {
    const before = (await row()).memberCount;
    expect(await sync(crowd(1000))).toEqual({ joined: 1000, changed: 0, left: 0, unchanged: 0 });
    expect((await row()).memberCount).toBe(before + 1000);
    expect(await sync(crowd(1000))).toEqual({ joined: 0, changed: 0, left: 0, unchanged: 1000 });
    expect(await auditTrail(core, 'guild.member.sync')).toHaveLength(1);
    const left = crowd(1000).map((fact): MemberFact => ({
      kind: 'left',
      discordId: fact.kind === 'present' ? fact.user.discordId : '',
    }));
    expect(await sync(left)).toEqual({ joined: 0, changed: 0, left: 1000, unchanged: 0 });
    expect((await row()).memberCount).toBe(before);
  });

  test('roles follow Discord at once, what was granted stays', async () => {
    const moderator = world.people.moderator.discordId;
    const person = await signIn(core, ids, 'moderator');
    expect(
      (await core.services.guilds.byId(await person.caller(), { guildId: club, includeMembers: false }))
        .roles,
    ).toEqual(['member', 'moderator']);
    expect(await sync([present(moderator, { permissions: ADMINISTRATOR })])).toMatchObject({ changed: 1 });
    const detail = await core.services.guilds.byId(await person.caller(), {
      guildId: club,
      includeMembers: false,
    });
    expect(detail.roles).toEqual(['member', 'moderator', 'admin']);
    await sync([present(moderator)]);
    const after = await core.services.guilds.byId(await person.caller(), {
      guildId: club,
      includeMembers: false,
    });
    expect(after.roles).toEqual(['member', 'moderator']);
  });

  test('a complete list ends every other membership but those given by hand', async () => {
    const owner = await signIn(core, ids, 'owner');
    const { discordId } = world.people.outsider;
    await core.services.members.add(await owner.caller(), { guildId: club, discordId, roles: [] });
    const told = [present(world.people.owner.discordId), present(world.people.member.discordId)];
    expect(await sync(told, true)).toMatchObject({ joined: 0, left: 6 });
    const { members } = repositories(core.database).guild(club);
    const names = (await members.present()).map(({ userId }) => userId);
    expect(new Set(names)).toEqual(new Set([ids.owner, ids.member, ids.outsider]));
    expect((await row()).memberCount).toBe(3);
    expect(
      await outcomeOf(
        core.services.guilds.byId(await owner.caller(), { guildId: club, includeMembers: false }),
      ),
    ).toBe('allowed');
  });

  test('the club’s Discord role gives the role club, also when it is named later', async () => {
    const roleIds = ['600000000000000001'];
    const { member } = world.people;
    await sync([present(member.discordId, { roleIds })]);
    const owner = await signIn(core, ids, 'owner');
    const roles = async () => {
      const { members } = repositories(core.database).guild(club);
      return (await members.byUserIds([ids.member])).at(0)?.roles;
    };
    expect(await roles()).toEqual(['member']);
    const settings = { clubRoleId: roleIds.at(0)! };
    await core.services.guildSettings.update(await owner.caller(), { guildId: club, version: 0, settings });
    expect(await roles()).toEqual(['member', 'club']);
    await sync([present(member.discordId, { roleIds: [] })]);
    expect(await roles()).toEqual(['member']);
    await sync([present(member.discordId, { roleIds })]);
    await core.services.guildSettings.update(await owner.caller(), {
      guildId: club,
      version: 1,
      settings: { clubRoleId: null },
    });
    expect(await roles()).toEqual(['member']);
  });

  test('a guild’s facts: name, owner, the bot going and coming; nothing is kept of a guild nobody connected', async () => {
    const facts = {
      guildId: club,
      name: 'Renamed',
      icon: 'abc',
      ownerDiscordId: world.people.admin.discordId,
    };
    expect(await core.services.guilds.sync(theBot, { ...facts, botPresent: true })).toEqual({ known: true });
    const admin = await signIn(core, ids, 'admin');
    const detail = await core.services.guilds.byId(await admin.caller(), {
      guildId: club,
      includeMembers: false,
    });
    expect(detail).toMatchObject({ name: 'Renamed', roles: ['member', 'admin', 'owner'] });
    expect(detail.iconUrl).toContain('abc');
    const former = await signIn(core, ids, 'owner');
    const seen = await core.services.guilds.byId(await former.caller(), {
      guildId: club,
      includeMembers: false,
    });
    expect(seen.roles).toEqual(['member']);
    await core.services.guilds.sync(theBot, { ...facts, botPresent: false });
    expect((await row()).botPresent).toBe(false);
    expect((await row()).botLeftAt).not.toBeNull();
    const unknown = { ...facts, guildId: '299999999999999999', botPresent: true };
    expect(await core.services.guilds.sync(theBot, unknown)).toEqual({ known: false });
    expect(await repositories(core.database).guilds.byIds([unknown.guildId])).toEqual([]);
    const stray = core.services.members.sync(theBot, {
      guildId: unknown.guildId,
      members: [],
      complete: false,
    });
    expect(await outcomeOf(stray)).toBe('not_found');
  });
});
