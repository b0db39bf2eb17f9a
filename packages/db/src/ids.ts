import { hash, randomBytes, randomFillSync } from 'node:crypto';

/** Crockford's base 32: sorts as its values do when compared byte by byte. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;

/** A random id for a row that is looked up, not listed by age: 128 bits in 22 characters of base64url. */
export function randomId(): string {
  return randomBytes(16).toString('base64url');
}

/** Two digits at once: the texts of ten bits. */
const PAIRS = Array.from(DIGITS, (first) => Array.from(DIGITS, (second) => first + second)).flat();
const PAIR_VALUES = PAIRS.length;

function pair(value: number): string {
  return PAIRS[value % PAIR_VALUES] ?? '';
}

function timeDigits(ms: number): string {
  let text = '';
  let rest = ms;
  for (let place = 0; place < TIME_DIGITS; place += 2) {
    text = pair(rest) + text;
    rest = Math.floor(rest / PAIR_VALUES);
  }
  return text;
}

/** Random numbers of 16 bits at hand: one draw from the system serves many ids. */
const drawn = new Uint16Array((RANDOM_DIGITS / 2) * 256);
let used = drawn.length;

function randomDigits(): string {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  let text = '';
  // Of a number's 65,536 values 64 give each pair.
  for (const end = used + RANDOM_DIGITS / 2; used < end; used += 1) text += pair(drawn[used] ?? 0);
  return text;
}

/** The next text of the same length in the order of the digits; empty when there is none. */
function successor(digits: string): string {
  const last = digits.length - 1;
  const value = DIGITS.indexOf(digits.charAt(last));
  if (last < 0) return '';
  if (value < 31) return digits.slice(0, last) + DIGITS.charAt(value + 1);
  const carried = successor(digits.slice(0, last));
  return carried === '' ? '' : `${carried}0`;
}

let previousMs = 0;
let previousRandom = '';

/**
 * A time-ordered id for rows that pile up: 26 characters, the instant's milliseconds first (as a ULID). Within a
 * process ids of the same millisecond rise too; between processes they follow the clocks.
 */
export function timeOrderedId(at: Date = new Date()): string {
  const ms = at.getTime();
  const next = ms === previousMs ? successor(previousRandom) : '';
  // 80 random bits never reach their end within a millisecond.
  const random = next === '' ? randomDigits() : next;
  previousMs = ms;
  previousRandom = random;
  return timeDigits(ms) + random;
}

/**
 * The id of the row that stands for something at an instant: always the same 32 characters for the same name, the
 * instant's milliseconds first. Two names share one as often as 128 random bits do: never.
 */
export function idAt(at: Date, name: string): string {
  return timeDigits(at.getTime()) + hash('sha256', name, 'base64url').slice(0, 22);
}
