import { limits } from '@slimy/contract';
import { AppError } from '@slimy/core';
import { z } from 'zod';

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);
/** Values in one body; a valid call stays far below. */
const NODES_MAX = 100_000;
/** Digits of a bigint on the wire: the largest 64-bit number has 19, a sign may stand before it. */
const BIGINT_TEXT = /^-?\d{1,20}$/;

/** Said of a body or an input that is no JSON. */
export const NOT_JSON = 'The body is not valid JSON.';

function malformed(message: string): AppError {
  return new AppError('malformed_body', message);
}

function children(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  for (const key of Object.keys(value)) {
    if (forbiddenKeys.has(key)) throw malformed(`The body must not have a field named ${key}.`);
  }
  return Object.values(value);
}

/** Holds parsed JSON against what a body may be: its depth, its size, and no key that touches prototypes. */
function holdWithinBounds(root: unknown): void {
  let level: unknown[] = [root];
  let nodes = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limits.bodyDepthMax)
      throw malformed(`The body is nested deeper than ${limits.bodyDepthMax} levels.`);
    const next: unknown[] = [];
    for (const value of level) {
      nodes += 1;
      if (nodes > NODES_MAX) throw malformed(`The body holds more than ${NODES_MAX} values.`);
      if (typeof value !== 'object' || value === null) continue;
      // One by one: as arguments of one call a long list would be too many.
      for (const child of children(value)) next.push(child);
    }
    level = next;
  }
}

/**
 * Parses the JSON of a body or of an `input` parameter.
 * @throws AppError `malformed_body` for what is no JSON, too deep, too large, or reaches for prototypes.
 */
export function parseJson(text: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw malformed(NOT_JSON);
  }
  holdWithinBounds(parsed);
  return parsed;
}

/** The keys of a path as superjson writes it: joined by dots, dots and backslashes in keys escaped. */
function keysOf(path: string): string[] {
  const keys = [''];
  for (let index = 0; index < path.length; index += 1) {
    const character = path[index] ?? '';
    if (character === '.') keys.push('');
    else if (character === '\\') keys.push(`${keys.pop() ?? ''}${path[(index += 1)] ?? ''}`);
    else keys.push(`${keys.pop() ?? ''}${character}`);
  }
  return keys;
}

/** The value a client meant by JSON and a type name; undefined types and misfits are refused. */
function revive(json: unknown, type: unknown): unknown {
  if (type === 'undefined') return undefined;
  if (type === 'Date' && typeof json === 'string' && json.length <= 32) return new Date(json);
  if (type === 'bigint' && typeof json === 'string' && BIGINT_TEXT.test(json)) return BigInt(json);
  throw malformed('The input names a type other than Date, bigint and undefined, or a value that is none.');
}

/** Puts the revived value where the path points, in the JSON that was just parsed. */
function reviveAt(root: unknown, path: string, type: unknown): void {
  const keys = keysOf(path);
  const last = keys.pop();
  let parent = root;
  for (const key of keys) parent = ownValue(parent, key);
  if (last === undefined || typeof parent !== 'object' || parent === null) throw strayType(path);
  Reflect.set(parent, last, revive(ownValue(parent, last), type));
}

function ownValue(parent: unknown, key: string): unknown {
  // What came as JSON can be listed; the length of a list cannot, and is nobody's to set.
  if (
    typeof parent !== 'object' ||
    parent === null ||
    !Object.prototype.propertyIsEnumerable.call(parent, key)
  ) {
    throw strayType(key);
  }
  return Reflect.get(parent, key);
}

function strayType(path: string): AppError {
  return malformed(
    `The input names a type for ${JSON.stringify(path.slice(0, 100))}, where it has no value.`,
  );
}

const wireInput = z.object({
  json: z.unknown(),
  meta: z
    .object({
      values: z.union([z.tuple([z.string()]), z.record(z.string(), z.tuple([z.string()]))]).optional(),
    })
    .optional(),
});

/**
 * Turns what a client sent into values: `parsed` of any origin, held within the bounds of a body first.
 * @throws AppError `malformed_body`
 */
export function deserialize(parsed: unknown): unknown {
  holdWithinBounds(parsed);
  return reviveWire(parsed);
}

/**
 * Turns what `parseJson` gave into values, in place. Dates, bigints and undefined are the only types a client
 * may name; whatever else superjson knows (expressions, classes, references) is refused before it is made.
 * @throws AppError `malformed_body`
 */
export function reviveWire(wire: unknown): unknown {
  const result = wireInput.safeParse(wire);
  if (!result.success) throw malformed('The input must be { "json": …, "meta": … } as superjson writes it.');
  const { json, meta } = result.data;
  const values = meta?.values;
  if (values === undefined) return json;
  if (Array.isArray(values)) return revive(json, values[0]);
  for (const [path, [type]] of Object.entries(values)) reviveAt(json, path, type);
  return json;
}
