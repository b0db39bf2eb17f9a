import { cacheKeys } from '@slimy/cache';
import type { ApiTokenGrant, SessionRow, UserRow } from '@slimy/db';
import type { Standing } from '../permissions/standing.js';
import { cachedQuery } from './cached-query.js';

/** What every person's entry depends on, for the rare change that touches more people than can be named. */
export const everybody = 'people';

/** A session by the hash of its token; null when there is none. */
export const sessionByTokenHash = cachedQuery({
  name: 'session.byTokenHash',
  key: (tokenHash: string) => cacheKeys.db('sessions', 'by-token', tokenHash),
  consistency: 'strict',
  times: { ttl: 300 },
  version: 1,
  load: (repositories, tokenHash): Promise<SessionRow | null> => repositories.sessions.byTokenHash(tokenHash),
});

/** A session by its own id, for streams that outlive their request; null when there is none. */
export const sessionById = cachedQuery({
  name: 'session.byId',
  key: (id: string) => cacheKeys.db('sessions', 'by-id', id),
  consistency: 'strict',
  times: { ttl: 300 },
  version: 1,
  load: (repositories, id): Promise<SessionRow | null> => repositories.sessions.byId(id),
});

/** What a personal API token allows, by its hash; null when there is none. */
export const apiTokenByHash = cachedQuery({
  name: 'apiToken.byHash',
  key: (tokenHash: string) => cacheKeys.db('api_tokens', 'by-token', tokenHash),
  consistency: 'strict',
  times: { ttl: 300 },
  version: 1,
  load: (repositories, tokenHash): Promise<ApiTokenGrant | null> =>
    repositories.apiTokens.byTokenHash(tokenHash),
});

/** The same by its own id, for streams that outlive their request. */
export const apiTokenById = cachedQuery({
  name: 'apiToken.byId',
  key: (id: string) => cacheKeys.db('api_tokens', 'by-id', id),
  consistency: 'strict',
  times: { ttl: 300 },
  version: 1,
  load: (repositories, id): Promise<ApiTokenGrant | null> => repositories.apiTokens.byId(id),
});

/** The id of the person with a Discord id; null while nobody is known by it. */
export const userIdByDiscordId = cachedQuery({
  name: 'user.idByDiscordId',
  key: (discordId: string) => cacheKeys.db('users', 'id-by-discord-id', discordId),
  consistency: 'strict',
  times: { ttl: 300 },
  version: 1,
  load: async (repositories, discordId): Promise<string | null> =>
    (await repositories.users.byDiscordId(discordId))?.id ?? null,
});

/** A person's place in each of their guilds; null when there is no such person. */
export const standingOfUser = cachedQuery({
  name: 'user.standing',
  key: (userId: string) => cacheKeys.user(userId, 'standing'),
  consistency: 'strict',
  times: { ttl: 300 },
  tags: [everybody],
  version: 2,
  async load(repositories, userId): Promise<Standing | null> {
    const [user, memberships] = await Promise.all([
      repositories.users.byId(userId),
      repositories.memberships.of(userId),
    ]);
    if (user === null) return null;
    const guilds = memberships.map(({ guildId, roles, discordRoles, joinedAt }) => ({
      guildId,
      roles,
      presentInDiscord: discordRoles.length > 0,
      joinedAt,
    }));
    return { userId, discordId: user.discordId, guilds };
  },
});

/** A person's row; null when there is no such person. */
export const userById = cachedQuery({
  name: 'user.byId',
  key: (userId: string) => cacheKeys.user(userId, 'profile'),
  consistency: 'confirmed',
  tags: [everybody],
  version: 1,
  load: (repositories, userId): Promise<UserRow | null> => repositories.users.byId(userId),
});

/** What a person saved of their preferences: an object, null when they saved nothing. */
export const savedUserSettings = cachedQuery({
  name: 'user.settings',
  key: (userId: string) => cacheKeys.user(userId, 'settings'),
  consistency: 'confirmed',
  version: 1,
  load: async (repositories, userId): Promise<object | null> => {
    const saved = await repositories.userSettings.byUserId(userId);
    return typeof saved === 'object' ? saved : null;
  },
});
