import { repositories, type Database, type Repositories } from '@slimy/db';
import { DAY, type Clock } from '../clock.js';
import { joinedRoles } from '../permissions/ladder.js';
import { demoMembers, demoPerson, type DemoMember } from './people.js';

/** The name under which a database says that it holds the demo community. */
const DEMO_FACT = 'demo';

interface DemoGuild {
  readonly id: string;
  readonly name: string;
  readonly ownerDiscordId: string;
  readonly members: readonly DemoMember[];
}

const plain = (member: DemoMember): DemoMember => ({ ...member, discordRoles: ['member'], grantedRoles: [] });
const [council = demoPerson] = demoMembers;

/** The community one owns in the demo, and another in which one is a plain member. */
const demoGuilds: readonly DemoGuild[] = [
  {
    id: '11000000000000001',
    name: 'Snail Sanctuary',
    ownerDiscordId: demoPerson.profile.discordId,
    members: [demoPerson, ...demoMembers],
  },
  {
    id: '11000000000000002',
    name: 'Garden Council',
    ownerDiscordId: council.profile.discordId,
    members: [
      { ...council, discordRoles: ['member', 'owner', 'admin'] },
      plain(demoPerson),
      ...demoMembers.slice(40, 60).map(plain),
    ],
  },
];

async function insertGuild(
  repos: Repositories,
  guild: DemoGuild,
  userIds: ReadonlyMap<string, string>,
  now: Date,
): Promise<void> {
  const ago = (days: number) => new Date(now.getTime() - days * DAY);
  await repos.guilds.insert({
    id: guild.id,
    name: guild.name,
    icon: null,
    ownerId: userIds.get(guild.ownerDiscordId) ?? null,
    ownerDiscordId: guild.ownerDiscordId,
    botPresent: true,
    botLeftAt: null,
    memberCount: 0,
    messageCount: 0,
    createdAt: ago(420),
    updatedAt: now,
  });
  const scope = repos.guild(guild.id);
  const rows = guild.members.flatMap(({ profile, discordRoles, grantedRoles, joinedDaysAgo }) => {
    const userId = userIds.get(profile.discordId);
    if (userId === undefined) return [];
    const roles = joinedRoles(discordRoles, grantedRoles);
    const joinedAt = ago(joinedDaysAgo);
    const state = {
      roles,
      discordRoles,
      discordRoleIds: [],
      grantedRoles,
      source: 'sync',
      joinedAt,
      leftAt: null,
    } as const;
    return [{ membershipId: null, userId, ...state }];
  });
  await scope.members.save(rows, now);
  await scope.members.addToCount(rows.length);
}

/**
 * Fills an empty database with the demo community and marks it as demo, in one transaction. A database that
 * holds a guild already is left as it is.
 */
export async function seedDemo(database: Database, clock: Clock): Promise<void> {
  const now = clock.now();
  await database.transaction(async (transaction) => {
    const repos = repositories(transaction);
    const { items } = await repos.guilds.page({ limit: 1 });
    if (items.length > 0) return;
    const users = await repos.users.insert(
      [demoPerson, ...demoMembers].map(({ profile }) => profile),
      now,
    );
    const userIds = new Map(users.map(({ discordId, id }) => [discordId, id]));
    for (const guild of demoGuilds) await insertGuild(repos, guild, userIds, now);
    await repos.facts.set(DEMO_FACT, '1', now);
  });
}

/** Whether the database was marked as holding the demo community. */
export async function isDemoDatabase(database: Database): Promise<boolean> {
  return (await repositories(database).facts.get(DEMO_FACT)) === '1';
}
