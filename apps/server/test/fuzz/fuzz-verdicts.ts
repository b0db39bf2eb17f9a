import { errorReasons } from '@slimy/contract';
import { z } from 'zod';
import type { FuzzAnswer } from './fuzz-send.ts';

const told = z.union([
  z.object({ result: z.looseObject({}) }),
  z.object({ error: z.object({ json: z.object({ data: z.looseObject({ reason: z.string() }) }) }) }),
]);
/** An error in a stream of events. */
const errorEvent = z.object({ json: z.object({ data: z.looseObject({ reason: z.string() }) }) });

/** What became of each call of a request: `ok`, or the reason of its refusal. */
export interface Outcome {
  readonly said: string;
  /** The data of an answer; undefined where there is none. */
  readonly data: unknown;
}

function outcomeOf(wire: unknown): Outcome {
  const parsed = told.parse(wire);
  if ('error' in parsed) return { said: parsed.error.json.data.reason, data: undefined };
  const { data } = z.looseObject({ data: z.looseObject({}).optional() }).parse(parsed.result);
  return { said: 'ok', data: data?.['json'] };
}

function eventOutcome(body: string): Outcome {
  const failed = (
    /event: serialized-error\ndata: (.*)\n/.exec(body) ??
    /^data: \{"type":"failed","id":1,"error":(.*)\}$/m.exec(body)
  )?.[1];
  if (failed === undefined) return { said: 'ok', data: undefined };
  return { said: errorEvent.parse(JSON.parse(failed)).json.data.reason, data: undefined };
}

/** The lines of a streamed batch hold promises by number; what matters here are the errors among them. */
function lineOutcomes(body: string, calls: number): Outcome[] {
  const reasons = [...body.matchAll(/"httpStatus":\d+,"reason":"(\w+)"/g)].map(([, reason = '']) => reason);
  const refused = reasons.map((said) => ({ said, data: undefined }));
  const fine = Array.from({ length: Math.max(0, calls - refused.length) }, () => ({
    said: 'ok',
    data: undefined,
  }));
  return [...refused, ...fine];
}

/** What became of each call. @throws Error for an answer that no client would understand */
export function outcomesOf({ headers, body }: FuzzAnswer, calls: number): Outcome[] {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('text/event-stream')) return [eventOutcome(body)];
  // A stream of lines opens with the shape of the whole.
  if (body.startsWith('{"json":{"0":[[')) return lineOutcomes(body, calls);
  const wire: unknown = JSON.parse(body);
  if (Array.isArray(wire)) return wire.map(outcomeOf);
  const whole = outcomeOf(wire);
  return Array.from({ length: calls }, () => whole);
}

/** Reasons that are given before an input was held against its schema, or because it does not fit. */
const beforeValidation = new Set([
  'not_signed_in',
  'session_ended',
  'bad_credentials',
  'malformed_body',
  'invalid_input',
  'wrong_method',
  'wrong_content_type',
  'unknown_procedure',
  'foreign_origin',
  'batch_too_large',
  'body_too_large',
  'rate_limited',
]);

/** Whether a call with this outcome got past the schema of its input. */
export function passedValidation({ said }: Outcome): boolean {
  return said === 'ok' || !beforeValidation.has(said);
}

/** Whether a server may never say so while everything it stands on is up. */
export function isServerFault({ said }: Outcome): boolean {
  const codes: Readonly<Record<string, string>> = errorReasons;
  return ['INTERNAL_SERVER_ERROR', 'BAD_GATEWAY', 'SERVICE_UNAVAILABLE', 'TIMEOUT', undefined].includes(
    said === 'ok' ? 'OK' : codes[said],
  );
}

/** Marks of a stack, of SQL, of a library or of a path, as no answer may hold them. */
const marks =
  /\n\s+at |\bat [\w.<>]+ \(|node:internal|node_modules|\.[cm]?[jt]s:\d+|"stack"|\bSELECT\b[^"]*\bFROM\b|\bINSERT INTO\b|\bDELETE FROM\b|\bUPDATE \w+ SET\b|\bER_[A-Z_]{4,}|SQLITE_[A-Z]+|sqlMessage|sqlState|[Pp]risma|ECONN[A-Z]+|\/(?:home|root|tmp|usr)\//;

/** The first thing in an answer that should not be there; null when there is none. */
export function leakIn({ headers, body }: FuzzAnswer, secrets: readonly string[]): string | null {
  const all = `${body}\n${JSON.stringify(headers)}`;
  const secret = secrets.find((text) => all.includes(text));
  return secret ?? marks.exec(all)?.[0] ?? null;
}
