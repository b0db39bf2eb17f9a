import { limits } from '@slimy/contract';
import fc from 'fast-check';
import superjson from 'superjson';
import { describe, expect, it } from 'vitest';
import { deserialize, parseJson } from '../src/wire/input-reader.ts';
import { serialize } from '../src/wire/superjson-writer.ts';

const runs = Number(process.env.SLIMY_TEST_LONG ?? 0) > 0 ? 200_000 : 10_000;
const bytes = (value: unknown): string => JSON.stringify(serialize(value));

/** What a writer wrote, or why it would not. */
function outcome(write: () => string): string {
  try {
    return write();
  } catch (error) {
    return String(error);
  }
}

const shared = { a: new Date(0) };
const leaf = fc.oneof(
  fc.string(),
  fc.constantFrom('', '.', 'a.b', 'a\\.b', '\\', '\u2028', '😀', '__proto__'),
  fc.double(),
  fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 2 ** 53),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  fc.date({ noInvalidDate: false }),
  fc.constantFrom(
    new Map([[1, { b: 2n }]]),
    new Set(['x']),
    new Uint8Array([1, 2]),
    /x/g,
    new URL('http://a.b'),
    new Error('e'),
    shared,
    shared.a,
  ),
);
const key = fc.oneof(fc.string(), fc.constantFrom('a', 'a.b', 'a\\b', '0', 'constructor ', 'toJSON '));
const sendable = key.filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));
const value = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.array(tie('node'), { maxLength: 5 }),
    fc.dictionary(key, tie('node'), { maxKeys: 5, noNullPrototype: false }),
  ),
})).node;

describe('The writer of the wire', () => {
  it('writes byte for byte what superjson writes, whatever the value', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(outcome(() => bytes(given))).toBe(outcome(() => superjson.stringify(given)));
      }),
      { numRuns: runs },
    );
  });

  it('refuses keys that touch prototypes, as superjson does', () => {
    const given = Object.fromEntries([['constructor', 1]]);
    expect(() => bytes(given)).toThrow('prototype pollution');
  });

  it('leaves the value it writes as it was', () => {
    const given = Object.freeze({ power: 2n, list: Object.freeze([undefined, 3n]), at: new Date(5) });
    expect(bytes(given)).toBe(superjson.stringify(given));
    expect(given).toEqual({ power: 2n, list: [undefined, 3n], at: new Date(5) });
  });
});

describe('The reader of the wire', () => {
  const input = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
        fc.boolean(),
        fc.constantFrom(null, undefined),
        fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }),
      ),
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(sendable, tie('node'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).node;

  it('gives back what superjson was given: text, numbers, bigints, dates and undefined', () => {
    fc.assert(
      fc.property(input, (given) => {
        expect(deserialize(parseJson(superjson.stringify(given)))).toStrictEqual(given);
      }),
      { numRuns: runs / 2 },
    );
  });

  it.each([
    ['an expression', { json: '/(a+)+/', meta: { values: ['regexp'], v: 1 } }],
    ['a class', { json: { a: {} }, meta: { values: { a: [['class', 'X']] } } }],
    ['a map', { json: { a: [] }, meta: { values: { a: ['map'] } } }],
    ['an error', { json: { a: {} }, meta: { values: { a: ['Error'] } } }],
    [
      'a bigint of a million digits',
      { json: { a: '9'.repeat(1_000_000) }, meta: { values: { a: ['bigint'] } } },
    ],
    ['a bigint that is none', { json: { a: '0x10' }, meta: { values: { a: ['bigint'] } } }],
    ['a date that is a number', { json: { a: 12 }, meta: { values: { a: ['Date'] } } }],
    ['a type for a value that is not there', { json: {}, meta: { values: { a: ['Date'] } } }],
    [
      'a path through a prototype',
      { json: { a: {} }, meta: { values: { 'a.__proto__.polluted': ['undefined'] } } },
    ],
    ['a type for the length of a list', { json: [1, 2], meta: { values: { length: ['undefined'] } } }],
    ['nested types', { json: { a: {} }, meta: { values: { a: ['map', { 0: ['Date'] }] } } }],
    ['no envelope', [1, 2]],
    ['a text', 'json'],
  ])('refuses %s', (_, wire) => {
    expect(() => deserialize(JSON.parse(JSON.stringify(wire)))).toThrow(
      expect.objectContaining({ reason: 'malformed_body' }),
    );
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('does not follow references between values', () => {
    const wire = { json: { a: 1, b: null }, meta: { referentialEqualities: { a: ['b'] }, v: 1 } };
    expect(deserialize(wire)).toEqual({ a: 1, b: null });
  });

  it.each([
    ['what is no JSON', '{"json":'],
    ['__proto__', '{"json":{"__proto__":{"admin":true}}}'],
    ['__proto__ in escapes', '{"json":{"\\u005f_proto__":{"admin":true}}}'],
    ['constructor', '{"json":{"a":{"constructor":{"prototype":{}}}}}'],
    ['too deep a nesting', `${'['.repeat(limits.bodyDepthMax + 2)}${']'.repeat(limits.bodyDepthMax + 2)}`],
    ['200,000 levels', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['too many values', `[${'0,'.repeat(100_001)}0]`],
  ])('refuses a body with %s', (_, text) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ reason: 'malformed_body' }));
  });
});
