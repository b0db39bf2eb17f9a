import { z } from 'zod';
import { refusals } from './refusals.js';

/** The length of a text as Discord counts it: by code points. */
export function lengthOf(value: string): number {
  return Array.from(value).length;
}

/** Text of at most `max` characters. */
export function text(max: number, min = 1) {
  return z.string().superRefine((value, context) => {
    const length = lengthOf(value);
    if (length > max) {
      context.addIssue({ code: 'custom', message: `Must be ${max} or fewer in length.` });
    } else if (length < min) {
      context.addIssue({ code: 'custom', message: `Must be at least ${min} in length.` });
    }
  });
}

/** Reads a body by its schema; refuses with Discord's 50035 naming each wrong field. */
export function parseForm<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw refusals.invalidForm(
    result.error.issues.map((issue) => ({ path: issue.path.map(String), message: issue.message })),
  );
}
