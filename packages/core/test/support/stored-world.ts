import { repositories, type Database } from '@slimy/db';
import { guildRow, membershipRow, smallWorld, type WorldPersonName } from '@slimy/testing';

export const world = smallWorld();
export const club = world.guilds.club.id;
export const other = world.guilds.other.id;

const isName = (name: string): name is WorldPersonName => name in world.people;
const names = Object.keys(world.people).filter(isName);

/** Ids of the small world's people as a database gave them. */
export type WorldIds = Readonly<Record<WorldPersonName, string>>;

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

/** When the guilds of the small world were connected: before any clock of a test archives something of theirs. */
const connectedAt = new Date('2025-01-01T00:00:00.000Z');

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
  const facts = world.guilds[name];
  const idOf = (discordId: string): string => {
    const found = names.find((person) => world.people[person].discordId === discordId);
    if (found === undefined) throw new Error(`${discordId} is nobody of the small world`);
    return ids[found];
  };
  await database.transaction(async (transaction) => {
    const repos = repositories(transaction);
    const stored = repos.guild(facts.id);
    const row = guildRow({ ...facts, ownerId: idOf(facts.ownerDiscordId), createdAt: connectedAt }, now);
    if (await stored.locked()) {
      const { ownerId, botPresent, botLeftAt, updatedAt } = row;
      await stored.update({ ...facts, ownerId, botPresent, botLeftAt, updatedAt });
    } else await repos.guilds.insert(row);
    const here = world.memberships.filter(({ guildId }) => guildId === facts.id);
    await stored.members.save(
      here.map((membership) => membershipRow(idOf(membership.discordId), membership)),
      now,
    );
    await transaction.sql.execute(
      'UPDATE guilds SET member_count = (SELECT COUNT(*) FROM user_guilds WHERE guild_id = ? AND left_at IS NULL) WHERE id = ?',
      [facts.id, facts.id],
    );
  });
}

/** Stores the small world. */
export async function settleWorld(database: Database): Promise<WorldIds> {
  const ids = await settlePeople(database);
  for (const guild of ['club', 'other'] as const) await settleGuild(database, ids, guild);
  return ids;
}
