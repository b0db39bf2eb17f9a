import { z } from 'zod';
import { limits } from '../limits.js';
import { listInput, page } from '../pages.js';
import { action, role } from '../roles.js';
import { done, noInput, opaqueId, prose, snowflake } from '../scalars.js';
import { mutation, query } from './procedure.js';

/** What a person may see of themselves. */
export const ownProfile = z.object({
  id: opaqueId,
  discordId: snowflake,
  username: z.string(),
  globalName: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  email: z.string().nullable(),
  lastActiveGuildId: snowflake.nullable(),
  createdAt: z.date(),
});
export type OwnProfile = z.infer<typeof ownProfile>;

/** A guild of the caller's, with what they may do there. */
export const sessionGuild = z.object({
  id: snowflake,
  name: z.string(),
  iconUrl: z.string().nullable(),
  roles: z.array(role),
  abilities: z.array(action),
});
export type SessionGuild = z.infer<typeof sessionGuild>;

/** Who the caller is; null when nobody is signed in. */
export const session = z
  .object({
    actor: z.enum(['user', 'token', 'bot', 'operator']),
    user: ownProfile.nullable(),
    guilds: z.array(sessionGuild),
    demo: z.boolean(),
    expiresAt: z.date().nullable(),
    warnings: z.array(z.enum(['discord_unavailable', 'memberships_may_be_old'])),
  })
  .nullable();
export type Session = z.infer<typeof session>;

/** One place a person is signed in from. */
export const sessionDevice = z.object({
  id: opaqueId,
  current: z.boolean(),
  device: z.string(),
  ipAddress: z.string().nullable(),
  createdAt: z.date(),
  lastSeenAt: z.date(),
  expiresAt: z.date(),
});
export type SessionDevice = z.infer<typeof sessionDevice>;

/** What a personal API token may be used for: queries and subscriptions, or mutations too. */
export const apiTokenAccess = z.enum(['read', 'read_write']);
export type ApiTokenAccess = z.infer<typeof apiTokenAccess>;

/** A personal API token as its person sees it; the token itself is shown once, when it is made. */
export const apiToken = z.object({
  id: opaqueId,
  name: z.string(),
  access: apiTokenAccess,
  /** The guilds it may be used for; empty for all of the person's. */
  guildIds: z.array(snowflake),
  createdAt: z.date(),
  expiresAt: z.date(),
  /** To the minute; null while nobody has used it. */
  lastUsedAt: z.date().nullable(),
});
export type ApiToken = z.infer<typeof apiToken>;

export const authProcedures = {
  'auth.session': query(noInput, session),
  'auth.sessions': query(listInput, page(sessionDevice)),
  'auth.revokeSession': mutation(z.strictObject({ sessionId: opaqueId }), done),
  'auth.revokeOtherSessions': mutation(noInput, z.object({ revoked: z.int().min(0) })),
  /** Those that are not revoked, newest first; expired ones among them until they are cleaned up. */
  'auth.tokens.list': query(listInput, page(apiToken)),
  'auth.tokens.create': mutation(
    z.strictObject({
      name: prose(limits.nameMax),
      access: apiTokenAccess,
      /** Guilds of the person's own; none for all of them. */
      guildIds: z.array(snowflake).max(limits.apiTokenGuildsMax).default([]),
      expiresInDays: z.int().min(1).max(limits.apiTokenDaysMax),
    }),
    z.object({
      /** To be sent as `authorization: Bearer <token>`. Nothing shows it again. */
      token: z.string(),
      item: apiToken,
    }),
  ),
  /** Effective at the next call, in every process. */
  'auth.tokens.revoke': mutation(z.strictObject({ tokenId: opaqueId }), done),
} as const;
