import superjson from 'superjson';
import { hostileText, hostileValue } from './hostile-values.ts';
import type { Choices } from './choices.ts';

/** An input with its types; one with names that superjson refuses to write goes without them. */
function serialized(value: unknown): { readonly json: unknown; readonly meta?: unknown } {
  try {
    return superjson.serialize(value);
  } catch {
    return { json: value };
  }
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
}

/** An input as it goes over the wire. */
export function wireText(value: unknown): string {
  return jsonText(serialized(value));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The value with something wrong somewhere in it: a field gone, another, of another kind, twice as much. */
export function mutated(value: unknown, random: Choices): unknown {
  if (Array.isArray(value) && value.length > 0) {
    if (random.chance(0.3)) return [...value, ...value];
    const at = random.below(value.length);
    return value.map((item: unknown, index) => (index === at ? mutated(item, random) : item));
  }
  if (!isRecord(value)) return hostileValue(random);
  const names = Object.keys(value);
  const name = names.length === 0 ? hostileText(random) : random.pick(names);
  const { [name]: held, ...rest } = value;
  return random.pick([
    () => rest,
    () => ({ ...value, [hostileText(random)]: hostileValue(random) }),
    () => ({ ...value, [name]: hostileValue(random) }),
    () => ({ ...value, [name]: [held] }),
    () => ({ ...value, [name]: { [name]: held } }),
    () => ({ ...value, [name]: mutated(held, random) }),
    () => ({ ...value, role: 'owner', operator: true, userId: held }),
    () => hostileValue(random),
    () => [value],
  ])();
}

/** The input with names in it that reach for prototypes; written as text, for objects cannot hold them all. */
export function prototypeText(value: unknown, random: Choices): string {
  const inside = jsonText(isRecord(value) ? value : {}).slice(1);
  const name = random.pick([
    '__proto__',
    'constructor',
    'prototype',
    '\\u005f_proto__',
    'hasOwnProperty',
    'toJSON',
    'then',
    'valueOf',
  ]);
  const bait = random.pick([
    '{"operator":true}',
    '{"prototype":{"operator":true}}',
    '[]',
    'null',
    '"x"',
    '{"__proto__":{"kind":"system"}}',
  ]);
  const laced = `{"${name}":${bait}${inside === '}' ? '' : ','}${inside}`;
  return random.pick([
    `{"json":${laced}}`,
    `{"json":{"a":${laced}}}`,
    `{"json":{},"${name}":${bait}}`,
    `{"json":${laced},"meta":{"values":{"${name}":["Date"]}}}`,
    `{"json":{"a":{}},"meta":{"values":{"a.${name}.operator":["undefined"]}}}`,
    `{"json":[1],"meta":{"values":{"${random.pick(['length', 'constructor.prototype', '__proto__', 'map'])}":["undefined"]}}}`,
  ]);
}

/** A body nested deeper than any call needs. */
export function deepText(random: Choices): string {
  const depth = random.pick([20, 30, 200, 3_000, 60_000]);
  return random.pick([
    () => `{"json":${'['.repeat(depth)}${']'.repeat(depth)}}`,
    () => `{"json":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`,
    () => `{"json":${'['.repeat(depth)}`,
    () => `{"json":{},"meta":${'{"values":'.repeat(depth)}{}${'}'.repeat(depth)}}`,
  ])();
}

/** A body with more beside each other than any call needs. */
export function wideText(random: Choices): string {
  const width = random.pick([200, 1_001, 5_000, 20_000]);
  return random.pick([
    () => `{"json":[${'0,'.repeat(width)}0]}`,
    () => `{"json":{${Array.from({ length: width }, (_, index) => `"k${index}":${index}`).join(',')}}}`,
    () => `{"json":"${'x'.repeat(width * 20)}"}`,
    () =>
      `{"json":{},"meta":{"values":{${Array.from({ length: width }, (_, index) => `"${index}":["undefined"]`).join(',')}}}}`,
    () => `{"json":{"search":"${'%'.repeat(width)}"}}`,
  ])();
}

const typeNames = [
  'Date',
  'bigint',
  'undefined',
  'regexp',
  'Error',
  'set',
  'map',
  'URL',
  'number',
  'symbol',
  'class',
  'custom',
  'typed-array',
  'constructor',
];

/** An input whose types are not those of its values: types that no client may name, places where nothing is. */
export function confusedText(value: unknown, random: Choices): string {
  const { json } = serialized(value);
  const names = isRecord(json) ? Object.keys(json) : [];
  const place = () =>
    random.pick([
      ...names,
      ...names.map((name) => `${name}.0`),
      'a.b.c',
      '',
      '.',
      '\\',
      'a\\.b',
      '0',
      'length',
      hostileText(random),
    ]);
  const type = (): unknown =>
    random.pick<unknown>([
      ...typeNames.map((name) => [name]),
      ['class', 'Actor'],
      ['symbol', 'iterator'],
      ['custom', 'Buffer'],
      [['Date']],
      [],
      'Date',
      7,
      null,
      [[]],
      ['Date', { a: ['bigint'] }],
    ]);
  const values = random.chance(0.2) ? type() : { [place()]: type(), [place()]: type() };
  const confused =
    isRecord(json) && names.length > 0 && random.chance(0.5)
      ? {
          ...json,
          [random.pick(names)]: random.pick(['1e999', '9'.repeat(400), '2026-13-41', '', 1e308, '+1', ' 7 ']),
        }
      : json;
  return jsonText({
    json: confused ?? null,
    meta: random.pick([
      { values },
      { values, referentialEqualities: { [place()]: [place()] } },
      { referentialEqualities: [[place()]] },
      { values: [values] },
      values,
      { v: 99, values },
    ]),
  });
}

/** A text that is no call at all. */
export function rawText(random: Choices): string {
  return random.pick([
    '',
    ' ',
    '{',
    '{"json":',
    '{"json":1}{"json":2}',
    '\ufeff{"json":{}}',
    '{"json":{"a":1,"a":2}}',
    '{"json":1e999}',
    '{"json":-0}',
    "{'json':1}",
    'null',
    '[]',
    '[{"json":{}}]',
    '{"0":{"json":{}}}',
    '"json"',
    'true',
    '7',
    '{"json":"\\ud800"}',
    '{"json":"\\x41"}',
    'NaN',
    '\0',
    '{"meta":{}}',
    '<xml/>',
    'json=1&meta=2',
  ]);
}
