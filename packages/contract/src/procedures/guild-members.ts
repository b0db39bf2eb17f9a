import { z } from 'zod';
import { limits } from '../limits.js';
import { countedPage, offsetPageInput } from '../pages.js';
import { grantableRole, role } from '../roles.js';
import { done, opaqueId, searchText, snowflake, storedText } from '../scalars.js';
import { mutation, query } from './procedure.js';

export const membershipSources = ['login', 'sync', 'manual'] as const;

/** A person in a guild. */
export const guildMember = z.object({
  userId: opaqueId,
  discordId: snowflake,
  username: z.string(),
  globalName: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  /** The union of what Discord says and what was granted here. */
  roles: z.array(role),
  grantedRoles: z.array(grantableRole),
  joinedAt: z.date(),
  source: z.enum(membershipSources),
});
export type GuildMember = z.infer<typeof guildMember>;

/** Roles to grant: replaces what was granted before; an empty list takes all granted roles away. */
const granted = z.array(grantableRole).max(4);
const discordUser = z.strictObject({
  discordId: snowflake,
  username: storedText(z.string().min(1).max(limits.nameMax)),
  globalName: storedText(z.string().max(limits.nameMax)).nullable(),
  avatar: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9_]+$/)
    .nullable(),
});

/** What became of one person of a bulk call. */
const bulkRow = z.object({
  userId: opaqueId.nullable(),
  discordId: snowflake.nullable(),
  ok: z.boolean(),
  reason: z.string().nullable(),
});
export type BulkRow = z.infer<typeof bulkRow>;
const bulkResult = z.object({ changed: z.int().min(0), results: z.array(bulkRow) });
export type BulkResult = z.infer<typeof bulkResult>;
/** All or nothing unless `partial`, which gives a result for each row instead. */
const partial = z.boolean().default(false);

function many<Row extends z.ZodType>(row: Row) {
  return z.array(row).min(1).max(limits.bulkMembersMax);
}

/** One fact of the gateway about a person in a guild. */
export const memberFact = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('present'),
    user: discordUser,
    /** Ids of the Discord roles the person has. */
    roleIds: z.array(snowflake).max(limits.discordRolesMax),
    /** The person's permissions in the guild as Discord's decimal string. */
    permissions: z.string().max(32).regex(/^\d+$/),
    joinedAt: z.date().nullable(),
  }),
  z.strictObject({ kind: z.literal('left'), discordId: snowflake }),
]);
export type MemberFact = z.infer<typeof memberFact>;

export const guildMemberProcedures = {
  'guild.members.list': query(
    z.strictObject({
      guildId: snowflake,
      search: searchText.optional(),
      role: role.optional(),
      ...offsetPageInput(limits.memberPageMax),
    }),
    countedPage(guildMember),
  ),
  'guild.members.add': mutation(
    z.strictObject({ guildId: snowflake, discordId: snowflake, roles: granted.default([]) }),
    guildMember,
  ),
  'guild.members.setRoles': mutation(
    z.strictObject({ guildId: snowflake, userId: opaqueId, roles: granted }),
    guildMember,
  ),
  'guild.members.remove': mutation(z.strictObject({ guildId: snowflake, userId: opaqueId }), done),
  'guild.members.addMany': mutation(
    z.strictObject({
      guildId: snowflake,
      members: many(z.strictObject({ discordId: snowflake, roles: granted.default([]) })),
      partial,
    }),
    bulkResult,
  ),
  'guild.members.setRolesMany': mutation(
    z.strictObject({
      guildId: snowflake,
      members: many(z.strictObject({ userId: opaqueId, roles: granted })),
      partial,
    }),
    bulkResult,
  ),
  'guild.members.removeMany': mutation(
    z.strictObject({ guildId: snowflake, userIds: many(opaqueId), partial }),
    bulkResult,
  ),
  'guild.members.sync': mutation(
    z.strictObject({
      guildId: snowflake,
      members: z.array(memberFact).max(limits.syncMembersMax),
      /** The facts are everybody in the guild: whoever is not among them has left. */
      complete: z.boolean().default(false),
      /**
       * The same for a part of a guild that is too large for one call: the facts are everybody whose Discord
       * id is above `after` and at most `upTo`; null is no bound.
       */
      completeWithin: z.strictObject({ after: snowflake.nullable(), upTo: snowflake.nullable() }).optional(),
    }),
    z.object({ joined: z.int(), changed: z.int(), left: z.int(), unchanged: z.int() }),
  ),
} as const;
