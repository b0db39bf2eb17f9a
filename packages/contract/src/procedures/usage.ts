import { z } from 'zod';
import { limits } from '../limits.js';
import { page, pageInput } from '../pages.js';
import { opaqueId, snowflake, timeZone } from '../scalars.js';
import { mutation, query } from './procedure.js';

/** What happened: the kind of thing and the thing, such as `command.roster`. */
export const usageType = z
  .string()
  .max(64)
  .regex(/^[a-z0-9_.]{1,64}$/, 'must be 1 to 64 small letters, digits, dots and underscores');

const plainValue = z.union([z.number(), z.string().max(limits.usageValueBytesMax), z.boolean(), z.null()]);
const fieldName = z.string().min(1).max(64);
/** Bounded by the bytes of the whole value. */
const sized = { maxBytes: limits.usageValueBytesMax };
const fields = z.record(fieldName, plainValue).meta(sized);
const list = z.array(plainValue).max(500);

/**
 * What an event carries: a number, which is added up, a text, or an object of plain values, lists of them and
 * objects of them. At most 4,096 bytes as JSON.
 */
export const usageValue = z
  .union([
    z.number().min(-limits.usageNumberMax).max(limits.usageNumberMax),
    z.string().max(limits.usageValueBytesMax),
    z.record(fieldName, z.union([plainValue, list, fields])).meta(sized),
  ])
  .refine(
    (value) =>
      typeof value === 'number' ||
      new TextEncoder().encode(JSON.stringify(value)).length <= limits.usageValueBytesMax,
    `must be at most ${limits.usageValueBytesMax} bytes as JSON`,
  );
export type UsageValue = z.infer<typeof usageValue>;

/** Before this instant there was no Discord. */
const EARLIEST = new Date('2015-01-01T00:00:00Z');

const eventFields = {
  /** The guild it happened in; none for what happened outside of any. */
  guildId: snowflake.optional(),
  type: usageType,
  value: usageValue.default(1),
  /** When it happened; now without it. At most five minutes ahead of the server's clock. */
  at: z.date().min(EARLIEST).optional(),
  /** The teller's own id of the event: told again it stays one event. */
  eventId: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9_.:-]+$/, 'must be letters, digits and any of _ . : -'),
};

/** An event as a person tells it of themselves, or the bot of the person that it names. */
export const usageEvent = z.strictObject({
  ...eventFields,
  /** Whose event it is; told by the bot alone. */
  discordId: snowflake.optional(),
});
export type UsageEvent = z.output<typeof usageEvent>;

/** Why an event of the bot was not stored. */
export const usageRefusals = ['unknown_guild', 'unknown_person'] as const;

/** Rolling windows end now; `today` and `this_month` begin at midnight of the time zone. */
export const usageWindows = ['today', '7d', '30d', 'this_month', 'custom'] as const;
export type UsageWindow = (typeof usageWindows)[number];

interface AskedPeriod {
  readonly window: UsageWindow;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

function checkPeriod({ window, from, to }: AskedPeriod, context: z.RefinementCtx): void {
  const wrong = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  if (window !== 'custom') {
    if (from ?? to) wrong('window', 'must be custom where from and to are given');
    return;
  }
  if (from === undefined) wrong('from', 'is missing: the window custom needs from and to');
  if (to === undefined) wrong('to', 'is missing: the window custom needs from and to');
  if (from === undefined || to === undefined) return;
  if (from >= to) wrong('to', 'must be after from');
  const days = (to.getTime() - from.getTime()) / 86_400_000;
  if (days > limits.usagePeriodDaysMax)
    wrong('to', `must be at most ${limits.usagePeriodDaysMax} days after from`);
}

const instant = z.date().min(EARLIEST).max(new Date('2200-01-01T00:00:00Z'));
const periodFields = {
  window: z.enum(usageWindows).default('7d'),
  /** For `custom`: from this instant on, and before the other. Both are taken to whole quarters of an hour. */
  from: instant.optional(),
  to: instant.optional(),
  timeZone: timeZone.default('UTC'),
};
/** With a guild its usage, for those who may see it; without one the caller's own. */
const subject = { guildId: snowflake.optional(), type: usageType.optional() };

const sums = {
  events: z.int().min(0),
  /** Events whose value is a number, and the sum of those. */
  values: z.int().min(0),
  valueSum: z.number(),
};
const period = { from: z.date(), to: z.date() };

/** What happened in one hour, day, week or month. The first and the last may be cut off by the period. */
export const usagePoint = z.object({
  ...period,
  ...sums,
  /** Different people who did something; null for one's own usage. */
  activePeople: z.int().min(0).nullable(),
});
export type UsagePoint = z.infer<typeof usagePoint>;

export const usageUnits = ['hour', 'day', 'week', 'month'] as const;
export type UsageUnit = (typeof usageUnits)[number];

/** One event as it was told. */
export const storedUsageEvent = z.object({
  id: opaqueId,
  userId: opaqueId.nullable(),
  guildId: snowflake.nullable(),
  type: z.string(),
  value: z.union([z.number(), z.string(), z.record(z.string(), z.unknown())]),
  at: z.date(),
  eventId: z.string(),
  /** Whether the bot told it, and not the person. */
  byBot: z.boolean(),
});

/** A person by how much they did. */
export const usagePerson = z.object({
  userId: opaqueId,
  discordId: snowflake,
  username: z.string(),
  globalName: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  ...sums,
});
export type UsagePerson = z.infer<typeof usagePerson>;

export const usageProcedures = {
  'usage.record': mutation(
    z.strictObject(eventFields),
    /** `stored` is false when the event had been told before. */
    z.object({ stored: z.boolean() }),
  ),
  'usage.recordMany': mutation(
    z.strictObject({ events: z.array(usageEvent).min(1).max(limits.usageEventsMax) }),
    z.object({
      stored: z.int().min(0),
      /** Events that had been told before. */
      repeated: z.int().min(0),
      /** Events of guilds or people that are not known here; every other one is stored. */
      refused: z.array(z.object({ index: z.int().min(0), reason: z.enum(usageRefusals) })),
    }),
  ),
  'usage.series': query(
    z
      .strictObject({ ...subject, ...periodFields, by: z.enum(usageUnits).default('day') })
      .superRefine(checkPeriod),
    z.object({ ...period, timeZone: z.string(), by: z.enum(usageUnits), points: z.array(usagePoint) }),
  ),
  'usage.summary': query(
    z.strictObject({ ...subject, ...periodFields }).superRefine(checkPeriod),
    z.object({
      ...period,
      ...sums,
      activePeople: z.int().min(0).nullable(),
      /** The same length of time just before. */
      previous: z.object({ ...period, ...sums }),
      /** Events against those before, in percent with two decimals; 100 when there were none before. */
      eventsChangePercent: z.number(),
    }),
  ),
  'usage.top': query(
    z
      .strictObject({ ...subject, ...periodFields, limit: z.int().min(1).max(limits.pageMax).default(10) })
      .superRefine(checkPeriod),
    z.object({
      ...period,
      types: z.array(z.object({ type: z.string(), ...sums })),
      /** Empty for one's own usage. */
      people: z.array(usagePerson),
    }),
  ),
  'usage.events': query(
    z.strictObject({ ...subject, from: instant.optional(), to: instant.optional(), ...pageInput() }),
    page(storedUsageEvent),
  ),
} as const;
