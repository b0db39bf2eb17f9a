import { z } from 'zod';
import { limits } from '../limits.js';
import { countedPage, listInput, offsetPageInput, page } from '../pages.js';
import { action, role } from '../roles.js';
import { done, noInput, opaqueId, searchText, snowflake, storedText } from '../scalars.js';
import { guildMember } from './guild-members.js';
import { guildSettings } from './guild-settings.js';
import { mutation, query, subscription } from './procedure.js';
import { guildSummary } from './user.js';

const iconHash = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9_]+$/);

/** A guild as an operator's list shows it. */
export const listedGuild = guildSummary
  .omit({ roles: true })
  .extend({ ownerDiscordId: snowflake.nullable() });
export type ListedGuild = z.infer<typeof listedGuild>;

/** A guild with what its members may know. */
export const guildDetail = guildSummary.extend({
  ownerDiscordId: snowflake.nullable(),
  /** What the caller may do here. */
  abilities: z.array(action),
  settings: guildSettings,
  updatedAt: z.date(),
  /** The first page of members, when asked for and allowed. */
  members: page(guildMember).optional(),
});
export type GuildDetail = z.infer<typeof guildDetail>;

/** What changed in a guild, for those who watch it. */
export const guildChange = z.object({
  guildId: snowflake,
  /** `messages`: one was deleted; new ones come through `message.onNew`. */
  what: z.enum(['guild', 'settings', 'personality', 'members', 'messages']),
  at: z.date(),
});
export type GuildChange = z.infer<typeof guildChange>;

/** A guild that Discord lets the caller connect. */
export const connectableGuild = z.object({
  id: snowflake,
  name: z.string(),
  iconUrl: z.string().nullable(),
  isOwner: z.boolean(),
  /** Somebody connected it already. */
  connected: z.boolean(),
  /** Known of connected guilds alone. */
  botPresent: z.boolean(),
});
export type ConnectableGuild = z.infer<typeof connectableGuild>;

export const guildProcedures = {
  'guild.connectable': query(
    noInput,
    z.object({
      /** Empty where signing in does not go by Discord. */
      guilds: z.array(connectableGuild),
      /** Discord's page that invites the bot; null where there is no application at Discord. */
      inviteUrl: z.string().nullable(),
    }),
  ),
  'guild.connect': mutation(z.strictObject({ guildId: snowflake }), z.object({ guildId: snowflake })),
  'guild.mine': query(listInput, page(guildSummary)),
  'guild.list': query(
    z.strictObject({ search: searchText.optional(), ...offsetPageInput() }),
    countedPage(listedGuild),
  ),
  'guild.byId': query(
    z.strictObject({ guildId: snowflake, includeMembers: z.boolean().default(false) }),
    guildDetail,
  ),
  'guild.refresh': mutation(z.strictObject({ guildId: snowflake }), guildDetail),
  'guild.delete': mutation(
    z.strictObject({ guildId: snowflake, confirmName: z.string().max(limits.nameMax) }),
    done,
  ),
  'guild.sync': mutation(
    z.strictObject({
      guildId: snowflake,
      name: storedText(z.string().min(1).max(limits.nameMax)),
      icon: iconHash.nullable(),
      ownerDiscordId: snowflake,
      /** Whether the bot is in the guild; false once it was removed. */
      botPresent: z.boolean(),
    }),
    /** False for a guild that nobody connected: nothing is kept of it. */
    z.object({ known: z.boolean() }),
  ),
  'guild.can': query(
    z.strictObject({ guildId: snowflake, action: action, userId: opaqueId.optional() }),
    z.object({
      allowed: z.boolean(),
      reason: z.enum(['role', 'not_a_member', 'role_too_low']),
      roles: z.array(role),
    }),
  ),
  'guild.onChange': subscription(z.strictObject({ guildId: snowflake }), guildChange),
} as const;
