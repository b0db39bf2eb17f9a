import type { FieldProblem, ProcedureContract } from '@slimy/contract';
import { AppError } from '@slimy/core';
import type { z } from 'zod';

/** Wrong fields named in one answer; the rest follows once these are right. */
const FIELDS_MAX = 50;

/** What a client sent for a call, before the schema has seen it. */
export interface RawInput {
  readonly value: unknown;
  /** Where a subscriber left off: tRPC puts it among the fields of the input. */
  readonly lastEventId: string | null;
}

/** Takes the input and, for a subscription, the last event's id apart. */
export function rawInput(kind: ProcedureContract['kind'], sent: unknown): RawInput {
  if (kind !== 'subscription' || typeof sent !== 'object' || sent === null || !('lastEventId' in sent)) {
    return { value: sent, lastEventId: null };
  }
  const { lastEventId, ...value } = sent;
  return { value, lastEventId: typeof lastEventId === 'string' ? lastEventId.slice(0, 200) : null };
}

function fieldProblem(issue: z.core.$ZodIssue): FieldProblem {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? key.toString() : key));
  return { path, message: issue.message };
}

/**
 * Holds an input against its schema.
 * @throws AppError `invalid_input` with the path and message of each wrong field
 */
export function parseInput(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.slice(0, FIELDS_MAX).map(fieldProblem);
  const said = fields.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`).join('; ');
  throw new AppError('invalid_input', `The input is not valid. ${said}`, { fields });
}

/** The guild an input names, if it names one; for the audit trail, so also out of an input that is not valid. */
export function guildIdOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('guildId' in value)) return null;
  return typeof value.guildId === 'string' ? value.guildId.slice(0, 32) : null;
}
