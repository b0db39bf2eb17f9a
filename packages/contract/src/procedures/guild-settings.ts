import { z } from 'zod';
import { limits } from '../limits.js';
import { power, readVersion, snowflake, storedText, timeZone } from '../scalars.js';
import { mutation, query } from './procedure.js';

const SHEET_ADDRESS = /^https:\/\/docs\.google\.com\/spreadsheets\/d\/([A-Za-z0-9_-]{20,120})(?:[/?#].*)?$/;
const BARE_SHEET_ID = /^[A-Za-z0-9_-]{20,120}$/;

/**
 * The id of a Google sheet out of its address or out of the bare id (at least 20 characters); null when
 * the text is neither (vector `guild-settings-validation`).
 */
export function sheetIdOf(text: string): string | null {
  const trimmed = text.trim();
  return BARE_SHEET_ID.test(trimmed) ? trimmed : (SHEET_ADDRESS.exec(trimmed)?.[1] ?? null);
}

/** A sheet as a person gives it; parses to the bare id. */
export const sheetReference = z
  .string()
  .max(500)
  .transform((text, context) => {
    const id = sheetIdOf(text);
    if (id !== null) return id;
    context.addIssue({ code: 'custom', message: 'must be the address of a Google sheet or its id' });
    return z.NEVER;
  });

export const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const;
export type Weekday = (typeof weekdays)[number];
const WEEKDAY_NAMES = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];

/**
 * The weekly anchor: day (short or full English name, any case), local time `H:mm` or `HH:mm`, IANA zone
 * (vector `week-anchor-config`). Parses to short upper-case day and `HH:mm`.
 */
export const weekAnchor = z.strictObject({
  day: z
    .string()
    .max(9)
    .transform((text, context) => {
      const upper = text.trim().toUpperCase();
      const day = weekdays.find((short, index) => upper === short || upper === WEEKDAY_NAMES[index]);
      if (day) return day;
      context.addIssue({ code: 'custom', message: `must be a day of the week: ${weekdays.join(', ')}` });
      return z.NEVER;
    }),
  time: z
    .string()
    .max(5)
    .regex(/^([01]?\d|2[0-3]):[0-5]\d$/, 'must be a time of day, HH:mm')
    .transform((text) => text.padStart(5, '0')),
  timeZone,
});
export type WeekAnchor = z.output<typeof weekAnchor>;

export const viewModes = ['baseline', 'latest'] as const;

/** The settings of a guild as they are read. A null means: not set, the default of the feature holds. */
export const guildSettings = z.object({
  version: z.int().min(0),
  sheetId: z.string().nullable(),
  sheetTab: z.string().nullable(),
  viewMode: z.enum(viewModes),
  allowPublic: z.boolean(),
  screenshotChannelId: snowflake.nullable(),
  uploadsEnabled: z.boolean(),
  notes: z.string().nullable(),
  weekAnchor: z.object({ day: z.enum(weekdays), time: z.string(), timeZone: z.string() }),
  weekWindowDays: z.int().nullable(),
  warnTotalLow: power.nullable(),
  warnTotalHigh: power.nullable(),
  clubRoleId: snowflake.nullable(),
  aiTokensPerMinute: z.int().nullable(),
  updatedAt: z.date().nullable(),
});
export type GuildSettings = z.infer<typeof guildSettings>;

/** The fields of a settings form, each as a person may send it; null clears. */
export const guildSettingsFields = {
  sheetId: sheetReference.nullable(),
  sheetTab: storedText(z.string().trim().min(1).max(128)).nullable(),
  viewMode: z.enum(viewModes),
  allowPublic: z.boolean(),
  screenshotChannelId: snowflake.nullable(),
  uploadsEnabled: z.boolean(),
  notes: storedText(z.string().max(limits.notesMax)).nullable(),
  weekAnchor: weekAnchor.nullable(),
  weekWindowDays: z.int().min(1).max(14).nullable(),
  warnTotalLow: power.nullable(),
  warnTotalHigh: power.nullable(),
  clubRoleId: snowflake.nullable(),
  aiTokensPerMinute: z.int().min(1).max(10_000_000).nullable(),
} as const;

/**
 * A change of settings: the fields named change, the others stay. Low must be below high when both are
 * sent; the service holds the pair against what is stored when only one is.
 */
export const guildSettingsChange = z
  .strictObject(guildSettingsFields)
  .partial()
  .superRefine((change, context) => {
    if (Object.keys(change).length === 0) {
      context.addIssue({ code: 'custom', message: 'name at least one setting to change' });
    }
    const { warnTotalLow: low, warnTotalHigh: high } = change;
    if (typeof low === 'bigint' && typeof high === 'bigint' && low >= high) {
      context.addIssue({ code: 'custom', path: ['warnTotalLow'], message: 'must be below warnTotalHigh' });
    }
  });
export type GuildSettingsChange = z.output<typeof guildSettingsChange>;

export const guildSettingsProcedures = {
  'guild.settings.get': query(z.strictObject({ guildId: snowflake }), guildSettings),
  'guild.settings.update': mutation(
    z.strictObject({
      guildId: snowflake,
      /** The version that was read; another one stored meanwhile is a `CONFLICT`. */
      version: readVersion,
      settings: guildSettingsChange,
    }),
    guildSettings,
  ),
} as const;
