import { withoutSecrets } from '@slimy/core';
import pino, { type DestinationStream, type Logger } from 'pino';

/** Names of fields whose values are secrets, wherever they stand. */
const SECRET_NAME =
  /^(?:(?:proxy-)?authorization|(?:set-?)?cookies?|pass(?:word|phrase)?|.*(?:token|secret|api_?key|private_?key))$/i;
/** How deep a logged object is looked through; what lies deeper is left out. */
const DEPTH_MAX = 6;

/** The value without fields that are named like secrets; errors are the business of their serializer. */
function cleaned(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date)
    return value;
  if (depth >= DEPTH_MAX) return '[…]';
  if (Array.isArray(value)) return value.map((item: unknown) => cleaned(item, depth + 1));
  return cleanedFields(value, depth);
}

function cleanedFields(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [
      name,
      SECRET_NAME.test(name) && value !== null && value !== undefined ? '***' : cleaned(value, depth + 1),
    ]),
  );
}

/**
 * The program's log: JSON lines on standard error; standard output is for the person who started it. Passwords,
 * tokens, cookies and codes are taken out of fields, messages and stacks.
 */
export function createLog(level: string, destination: DestinationStream = pino.destination(2)): Logger {
  return pino(
    {
      level,
      base: null,
      formatters: { log: (fields) => cleanedFields(fields, 0) },
      serializers: {
        err: (error: Error) => cleanedFields(pino.stdSerializers.err(error), 0),
      },
      // What stands in texts, whatever field or message they are in, is taken out of the whole line.
      hooks: { streamWrite: withoutSecrets },
    },
    destination,
  );
}
