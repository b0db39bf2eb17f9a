import { roles, type GrantableRole, type Role } from '@slimy/contract';
import { repositories, type Database } from '@slimy/db';
import { smallWorld, type WorldMembership, type WorldPersonName } from '@slimy/testing';
import type { Caller, RequestFacts } from '../../src/index.ts';
import { grantedInOrder, joinedRoles } from '../../src/permissions/ladder.ts';
import type { TestCore } from './open-core.ts';

export const world = smallWorld();
export const club = world.guilds.club.id;
export const other = world.guilds.other.id;
export const request: RequestFacts = { requestId: 'test', ipAddress: '127.0.0.1', userAgent: 'vitest' };
export const theBot: Caller = { actor: { kind: 'bot', actingAs: null }, request };

function stateOf({ discordRoles, grantedRoles, joinedAt, leftAt }: WorldMembership) {
  const byDiscord = roles.filter((role): role is Role => leftAt === null && discordRoles.includes(role));
  const granted: GrantableRole[] = leftAt === null ? grantedInOrder(grantedRoles) : [];
  return {
    roles: joinedRoles(byDiscord, granted),
    discordRoles: byDiscord,
    discordRoleIds: [],
    grantedRoles: granted,
    source: 'sync' as const,
    joinedAt,
    leftAt,
  };
}

/** Ids of the small world's people as this database gave them. */
export type WorldIds = Readonly<Record<WorldPersonName, string>>;

/** Stores the small world. */
export async function settleWorld(database: Database): Promise<WorldIds> {
  const now = new Date();
  return database.transaction(async (transaction) => {
    const repos = repositories(transaction);
    const users = await repos.users.insert(Object.values(world.people), now);
    const idOf = (discordId: string) => users.find((user) => user.discordId === discordId)!.id;
    for (const guild of Object.values(world.guilds)) {
      await repos.guilds.insert({
        ...guild,
        ownerId: idOf(guild.ownerDiscordId),
        botPresent: true,
        botLeftAt: null,
        memberCount: 0,
        messageCount: 0,
        createdAt: now,
        updatedAt: now,
      });
      const here = world.memberships.filter(({ guildId }) => guildId === guild.id);
      const { members } = repos.guild(guild.id);
      await members.save(
        here.map((membership) => ({
          ...stateOf(membership),
          userId: idOf(membership.discordId),
          membershipId: null,
        })),
        now,
      );
      await members.addToCount(here.filter(({ leftAt }) => leftAt === null).length);
    }
    const ids = Object.entries(world.people).map(([name, { discordId }]) => [name, idOf(discordId)]);
    return Object.fromEntries(ids);
  });
}

/** A caller signed in as a person of the world, with a session of the given core. */
export async function signIn(core: TestCore, ids: WorldIds, name: WorldPersonName): Promise<SignedIn> {
  const { token } = await core.authentication.startSession(ids[name], request);
  const caller = async (process: TestCore = core): Promise<Caller> => ({
    actor: await process.authentication.session(token),
    request,
  });
  return { token, caller };
}

/** Somebody with a session: `caller` authenticates anew, as each request does. */
export interface SignedIn {
  readonly token: string;
  caller(process?: TestCore): Promise<Caller>;
}

/** A caller with a personal API token, authenticating anew as each request does. */
export function withToken(core: TestCore, token: string): () => Promise<Caller> {
  return async () => ({ actor: await core.authentication.bearer(token, null), request });
}

/** The bot acting for a person of the world. */
export async function viaBot(core: TestCore, name: WorldPersonName): Promise<Caller> {
  const { discordId } = world.people[name];
  return { actor: await core.authentication.bot(core.botToken, discordId), request };
}

/** Takes everything out again, so that a suite can settle the world anew in the same database. */
export async function emptyWorld(core: TestCore): Promise<void> {
  await core.database.transaction(async ({ sql }) => {
    for (const table of ['guilds', 'users']) await sql.execute(`DELETE FROM ${table}`);
  });
  await core.cache.clear();
}
