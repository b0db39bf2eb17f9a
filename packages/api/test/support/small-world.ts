import type { Core } from '@slimy/core';
import { roles, type GrantableRole, type Role } from '@slimy/contract';
import { repositories, type Database } from '@slimy/db';
import { smallWorld, type FakeDiscord, type WorldMembership, type WorldPersonName } from '@slimy/testing';

export const world = smallWorld();
export const club = world.guilds.club.id;
export const other = world.guilds.other.id;

/** Ids of the small world's people as a database gave them. */
export type WorldIds = Readonly<Record<WorldPersonName, string>>;

/** A core over a database where the small world is settled. */
export interface SeededWorld {
  readonly core: Core;
  readonly database: Database;
  readonly ids: WorldIds;
}

const ADMINISTRATOR = 8n;
const MANAGE_ROLES = 0x1000_0000n;
const grantable = ['club', 'editor', 'moderator', 'admin'] as const satisfies readonly GrantableRole[];

function stateOf({ discordRoles, grantedRoles, joinedAt, leftAt }: WorldMembership) {
  const here = leftAt === null;
  const byDiscord = roles.filter((role): role is Role => here && discordRoles.includes(role));
  const granted = grantable.filter((role) => here && grantedRoles.includes(role));
  return {
    roles: roles.filter((role) => byDiscord.includes(role) || granted.some((one) => one === role)),
    discordRoles: byDiscord,
    discordRoleIds: [],
    grantedRoles: granted,
    source: 'sync' as const,
    joinedAt,
    leftAt,
  };
}

/** Stores the people of the small world and gives their ids. */
export async function settlePeople(database: Database): Promise<WorldIds> {
  const users = await database.transaction((transaction) =>
    repositories(transaction).users.insert(Object.values(world.people), new Date()),
  );
  const idOf = (name: WorldPersonName): string => {
    const found = users.find(({ discordId }) => discordId === world.people[name].discordId);
    if (!found) throw new Error(`${name} was not stored`);
    return found.id;
  };
  return {
    owner: idOf('owner'),
    admin: idOf('admin'),
    moderator: idOf('moderator'),
    editor: idOf('editor'),
    club: idOf('club'),
    member: idOf('member'),
    left: idOf('left'),
    memberElsewhere: idOf('memberElsewhere'),
    adminElsewhere: idOf('adminElsewhere'),
    ownerElsewhere: idOf('ownerElsewhere'),
    outsider: idOf('outsider'),
    operator: idOf('operator'),
    operatorOutside: idOf('operatorOutside'),
  };
}

/**
 * Stores a guild of the small world with everybody who is or was in it; where it is stored already, it and they
 * are again as the small world has them.
 */
export async function settleGuild(
  database: Database,
  ids: WorldIds,
  name: keyof typeof world.guilds,
): Promise<void> {
  const now = new Date();
  const guild = world.guilds[name];
  const idByDiscord = new Map<string, string>();
  for (const [person, { discordId }] of Object.entries(world.people)) {
    const id = Object.entries(ids).find(([known]) => known === person)?.[1];
    if (id) idByDiscord.set(discordId, id);
  }
  const here = world.memberships.filter(({ guildId }) => guildId === guild.id);
  await database.transaction(async (transaction) => {
    const repos = repositories(transaction);
    const { id, ...facts } = guild;
    const ownerId = idByDiscord.get(facts.ownerDiscordId) ?? null;
    const row = { ...facts, ownerId, botPresent: true, botLeftAt: null, updatedAt: now };
    if (await repos.guild(id).locked()) await repos.guild(id).update(row);
    else await repos.guilds.insert({ ...row, id, memberCount: 0, messageCount: 0, createdAt: now });
    const { members } = repos.guild(id);
    const rows = here.map((membership) => ({
      ...stateOf(membership),
      userId: idByDiscord.get(membership.discordId) ?? '',
      membershipId: null,
    }));
    await members.save(rows, now);
    await transaction.sql.execute(
      'UPDATE guilds SET member_count = (SELECT COUNT(*) FROM user_guilds WHERE guild_id = ? AND left_at IS NULL) WHERE id = ?',
      [id, id],
    );
  });
}

/** Tells the fake Discord of the same people and guilds. */
export function settleDiscord({ world: discord }: FakeDiscord): void {
  for (const { discordId, username, globalName } of Object.values(world.people)) {
    discord.addPerson({ id: discordId, username, globalName });
  }
  for (const { id, name, ownerDiscordId } of Object.values(world.guilds)) {
    discord.addGuild({ id, name, ownerId: ownerDiscordId });
    const admins = discord.addRole(id, { name: 'Admins', permissions: ADMINISTRATOR });
    const editors = discord.addRole(id, { name: 'Editors', permissions: MANAGE_ROLES });
    for (const { discordId, discordRoles, leftAt, guildId } of world.memberships) {
      if (guildId !== id || leftAt !== null || discordId === ownerDiscordId) continue;
      const roleIds = [
        ...(discordRoles.includes('admin') ? [admins.id] : []),
        ...(discordRoles.includes('editor') ? [editors.id] : []),
      ];
      discord.addMember(id, discordId, { roleIds });
    }
  }
}
