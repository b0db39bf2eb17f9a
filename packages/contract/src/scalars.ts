import { z } from 'zod';
import { limits } from './limits.js';

const SNOWFLAKE_MAX = 18_446_744_073_709_551_615n;

/** Whether a text is a Discord id: 17 to 20 digits and at most 2^64-1 (domain rules, vector `snowflake`). */
export function isSnowflake(text: string): boolean {
  // Fewer digits are always fewer than the limit, and numbers of that size cost more than text.
  return /^\d{17,20}$/.test(text) && (text.length < 20 || BigInt(text) <= SNOWFLAKE_MAX);
}

/** A Discord id (guild, person, channel, role) as a decimal string. */
export const snowflake = z.string().max(20).refine(isSnowflake, 'must be a Discord id: 17 to 20 digits');

/** An id of a row of ours: opaque to clients, compared byte by byte. */
export const opaqueId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/, 'must be an id as this server gave it');

/** A person's reading of a list: what they typed into a search field. */
export const searchText = z.string().trim().min(1).max(limits.searchMax);

/** Whether a text can be kept: no database keeps NUL, and half a character is none. */
function isStorable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}

/** A text that is kept as it was sent, or looked for among such ones. Blanks at its ends and other rules are the caller's. */
export function storedText(text: z.ZodString) {
  return text.refine(isStorable, 'holds NUL or half a character, which cannot be stored');
}

function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/**
 * A text that a person writes, of 1 to `max` characters as people count them: code points, so that 🐌 is one.
 * Blank text, halves of characters and NUL are refused; everything else is kept as it was sent.
 */
export function prose(max: number) {
  const tooLong = `must have at most ${max} characters`;
  return z
    .string()
    .max(2 * max, { error: tooLong, abort: true })
    .refine((text) => text.trim() !== '', 'must not be empty')
    .refine((text) => characters(text) <= max, tooLong)
    .refine(isStorable, 'holds NUL or half a character, which cannot be stored');
}

/** The total power of a person or a club: a whole number of at least 0 that may exceed 2^53. */
export const power = z.bigint().min(0n).max(limits.powerMax);

/** The version of a row that was read, by which a change finds out whether somebody saved first. */
export const readVersion = z.int().min(0).max(limits.versionMax);

/** A procedure that takes nothing. */
export const noInput = z.undefined();

/** What a mutation answers that has nothing else to say. */
export const done = z.object({ ok: z.literal(true) });

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The name of a time zone, as IANA has it. */
export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin');
