import { z } from 'zod';
import { page, pageInput } from '../pages.js';
import { action, role } from '../roles.js';
import { done, noInput, opaqueId, snowflake } from '../scalars.js';
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

export const authProcedures = {
  'auth.session': query(noInput, session),
  'auth.sessions': query(z.strictObject(pageInput()), page(sessionDevice)),
  'auth.revokeSession': mutation(z.strictObject({ sessionId: opaqueId }), done),
  'auth.revokeOtherSessions': mutation(noInput, z.object({ revoked: z.int().min(0) })),
} as const;
