import { isSnowflake } from '@slimy/contract';
import { z } from 'zod';

/** A whole number within bounds. */
export const wholeNumber = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`))
    .default(fallback);

/** A switch: 1, 0, true, false, on, off, yes, no. */
export const onOff = z
  .enum(['1', '0', 'true', 'false', 'on', 'off', 'yes', 'no'], { error: 'must be 1 or 0' })
  .transform((text) => ['1', 'true', 'on', 'yes'].includes(text));

/** A web address without query or fragment; a trailing slash is dropped. */
export const webAddress = z.string().transform((text, context) => {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed && /^https?:$/.test(parsed.protocol) && !parsed.search && !parsed.hash && !parsed.username) {
    return text.replace(/\/+$/, '');
  }
  context.addIssue({ code: 'custom', message: 'must be an address such as https://slimy.example.org' });
  return z.NEVER;
});

/** Discord ids separated by commas. */
export const snowflakeList = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((id) => id.trim())
      .filter(Boolean),
  )
  .refine((ids) => ids.every(isSnowflake), 'must be Discord ids (17 to 20 digits) separated by commas');

/** Secrets separated by commas, each long enough not to be guessed. */
export const tokenList = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((token) => token.trim())
      .filter(Boolean),
  )
  .refine(
    (tokens) => tokens.length > 0,
    'must have at least one token; leave it out and one is generated (openssl rand -base64 32 makes one by hand)',
  )
  .refine(
    (tokens) => tokens.every((token) => token.length >= 32),
    'each token must have at least 32 characters',
  );

/** A key with its name. */
export interface NamedKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** `id:base64` keys of 32 bytes separated by commas: the first encrypts, all decrypt. */
export const namedKeys = z.string().transform((text, context): NamedKey[] => {
  const keys = text.split(',').map((part) => {
    const [id = '', encoded = ''] = part.trim().split(':', 2);
    return { id, key: new Uint8Array(Buffer.from(encoded, 'base64')) };
  });
  const valid = keys.every(({ id, key }) => /^[A-Za-z0-9_-]{1,32}$/.test(id) && key.length === 32);
  if (valid && new Set(keys.map(({ id }) => id)).size === keys.length) return keys;
  context.addIssue({
    code: 'custom',
    message:
      'must be id:base64 keys of 32 bytes separated by commas, each id once (openssl rand -base64 32 makes one)',
  });
  return z.NEVER;
});

/** A secret as base64 or plain text of at least 32 characters. */
export const secret = z
  .string()
  .min(32, 'must have at least 32 characters (openssl rand -base64 32 makes one)');
