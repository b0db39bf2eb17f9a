import type { Choices } from './choices.ts';

/**
 * Texts that have broken programs: quotes and comments of SQL, patterns, templates, paths, halves of characters,
 * invisible ones, names of JavaScript's own. None holds what the look for leaks would take for one.
 */
const texts: readonly string[] = [
  '',
  ' ',
  "'",
  '"',
  '`',
  '\\',
  "' or 1=1; --",
  "\\' or 1=1 -- ",
  "'; drop table slimes; --",
  'x%',
  '%',
  '_',
  '％',
  '\\%',
  '*',
  '.*',
  '(a+)+$',
  '[',
  '${7*7}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '=1+1',
  '@sum(1)',
  '../../../../etc/passwd',
  '..%2f..%2f',
  'C:\\windows',
  'file:///etc/hosts',
  'http://127.0.0.1:1/',
  '//evil.example',
  'a\0b',
  '\0',
  '\r\nset-cookie: a=b',
  '\u0000\u0001\u001f\u007f',
  '\ud800',
  'a\udc00b',
  '\u{1f40c}'.repeat(3),
  'ÅéИ中ひ',
  'I\u0307ıſK',
  'e\u0301\u0302\u0303',
  '\u202eabc',
  '\u200b\u200d\ufeff',
  '\ufffe\uffff',
  'ﷺ'.repeat(20),
  'null',
  'undefined',
  'true',
  'NaN',
  'Infinity',
  '-0',
  '0x10',
  '1e309',
  '9223372036854775808',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '$ne',
  '[object Object]',
  'new Date()',
  '2026-02-30T25:61:61Z',
  'xn--0',
  'W10',
  'eyJhIjoxfQ',
  '200000000000000001',
  '18446744073709551615',
  '18446744073709551616',
  '00000000000000000',
  'Europe/Berlin',
  'Etc/GMT+25',
  'default',
];

const numbers: readonly number[] = [
  0,
  -0,
  1,
  -1,
  2,
  10,
  50,
  99,
  100,
  101,
  200,
  500,
  10_000,
  10_001,
  0.5,
  -0.5,
  1e-7,
  255,
  65_535,
  2_147_483_647,
  2_147_483_648,
  4_294_967_296,
  Number.MAX_SAFE_INTEGER,
  -Number.MAX_SAFE_INTEGER,
  1e21,
  1.7976931348623157e308,
  5e-324,
];

const bigints: readonly bigint[] = [
  0n,
  1n,
  -1n,
  2n ** 31n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  2n ** 63n,
  -(2n ** 63n),
  99_999_999_999_999_999_999n,
];

const instants: readonly number[] = [
  0,
  -1,
  1,
  Date.UTC(2015, 0, 1),
  Date.UTC(2026, 0, 5, 12),
  Date.UTC(2026, 10, 22, 13, 37, 59, 999),
  Date.UTC(2038, 0, 19, 3, 14, 8),
  Date.UTC(2199, 11, 31),
  Date.UTC(9999, 11, 31, 23, 59, 59, 999),
  Date.UTC(10_000, 0, 1),
  Date.UTC(1, 0, 1),
  -62_167_219_200_001,
  8_640_000_000_000_000,
  -8_640_000_000_000_000,
];

/** A text that does harm where it is not taken for a text; now and then a long one. */
export function hostileText(random: Choices): string {
  const text = random.pick(texts);
  if (random.chance(0.08)) return (text || 'x').repeat(random.pick([10, 64, 101, 200, 1_000, 4_001]));
  return random.chance(0.15) ? text + random.pick(texts) : text;
}

export function hostileNumber(random: Choices): number {
  return random.pick(numbers);
}

export function hostileBigint(random: Choices): bigint {
  return random.pick(bigints);
}

export function hostileDate(random: Choices): Date {
  return new Date(random.pick(instants));
}

/** A value of any kind that JSON and its types can carry. */
export function hostileValue(random: Choices): unknown {
  return random.pick([
    () => hostileText(random),
    () => hostileNumber(random),
    () => hostileBigint(random),
    () => hostileDate(random),
    () => random.chance(0.5),
    () => null,
    () => undefined,
    () => [],
    () => ({}),
    () => [hostileText(random), hostileNumber(random)],
    () => ({ not: '' }),
    () => ({ gt: null, $ne: 1 }),
    () => ({ toString: 'x', valueOf: 1, length: -1 }),
    () => Array.from({ length: random.pick([1, 101, 501, 1_001]) }, () => hostileText(random)),
  ])();
}
