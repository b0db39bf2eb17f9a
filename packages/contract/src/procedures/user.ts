import { z } from 'zod';
import { role } from '../roles.js';
import { done, noInput, opaqueId, snowflake } from '../scalars.js';
import { dataExport } from './lifecycle.js';
import { ownProfile } from './auth.js';
import { mutation, query } from './procedure.js';

/** A guild as its members' lists show it; counts come from maintained counters. */
export const guildSummary = z.object({
  id: snowflake,
  name: z.string(),
  iconUrl: z.string().nullable(),
  roles: z.array(role),
  memberCount: z.int().min(0),
  messageCount: z.int().min(0),
  /** Whether the bot is in the guild now. */
  botPresent: z.boolean(),
  createdAt: z.date(),
});
export type GuildSummary = z.infer<typeof guildSummary>;

/** What people who share a guild see of each other; the last fields only for the person and operators. */
export const visibleProfile = z.object({
  id: opaqueId,
  discordId: snowflake,
  username: z.string(),
  globalName: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  email: z.string().nullable().optional(),
  lastActiveGuildId: snowflake.nullable().optional(),
  createdAt: z.date().optional(),
});
export type VisibleProfile = z.infer<typeof visibleProfile>;

export const themes = ['system', 'light', 'dark'] as const;
export const languages = ['en', 'es', 'fr', 'de', 'pt', 'ja', 'zh'] as const;

/** A person's own preferences, with what holds until they choose. */
export const userSettings = z.object({
  theme: z.enum(themes).default('system'),
  language: z.enum(languages).default('en'),
  chatMarkdown: z.boolean().default(true),
  chatProfanityFilter: z.boolean().default(false),
});
export type UserSettings = z.infer<typeof userSettings>;

/** A change of preferences: at least one field, the others stay. */
export const userSettingsChange = z
  .strictObject({
    theme: z.enum(themes).optional(),
    language: z.enum(languages).optional(),
    chatMarkdown: z.boolean().optional(),
    chatProfanityFilter: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'name at least one setting to change');
export type UserSettingsChange = z.infer<typeof userSettingsChange>;

export const userProcedures = {
  'user.me': query(noInput, ownProfile.extend({ guilds: z.array(guildSummary) })),
  'user.byId': query(z.strictObject({ userId: opaqueId }), visibleProfile),
  'user.byDiscordId': query(z.strictObject({ discordId: snowflake }), visibleProfile),
  'user.update': mutation(z.strictObject({ lastActiveGuildId: snowflake.nullable() }), ownProfile),
  'user.export': mutation(
    /** One's own; an operator may name somebody else. */
    z.strictObject({ userId: opaqueId.optional() }),
    dataExport,
  ),
  'user.erase': mutation(
    z.strictObject({
      userId: opaqueId.optional(),
      /** The words `erase` and the username; a wrong text is told the right one. */
      confirm: z.string().max(200),
    }),
    done,
  ),
  'user.settings.get': query(noInput, userSettings),
  'user.settings.update': mutation(userSettingsChange, userSettings),
} as const;
