import type { EntryOptions } from './options.js';

const longestSeconds = 366 * 86_400;
const defaultNegativeSeconds = 60;
/** Lifetimes are shortened by up to a tenth, so that keys do not expire together. */
const jitter = 0.1;

/** How long one entry lives, in milliseconds. */
export interface Lifetime {
  readonly ttlMs: number;
  readonly staleMs: number;
}

/** Lifetimes where an entry names none, in seconds. */
export interface DefaultLifetime {
  readonly ttlSeconds: number;
  readonly staleSeconds: number;
}

function seconds(value: number, name: string): number {
  if (!(value >= 0 && value <= longestSeconds)) {
    throw new TypeError(`${name} of a cache entry must be 0 to ${longestSeconds} seconds, not ${value}`);
  }
  return value;
}

/** The lifetime of a value; a `null` has its own and is never served stale. */
export function lifetimeOf(value: unknown, options: EntryOptions, defaults: DefaultLifetime): Lifetime {
  const ttl = seconds(options.ttl ?? defaults.ttlSeconds, 'ttl');
  const shortened = 1 - Math.random() * jitter;
  if (value === null) {
    const negative = options.negativeTtl ?? Math.min(ttl, defaultNegativeSeconds);
    return { ttlMs: Math.round(seconds(negative, 'negativeTtl') * 1_000 * shortened), staleMs: 0 };
  }
  return {
    ttlMs: Math.round(ttl * 1_000 * shortened),
    staleMs: Math.round(seconds(options.stale ?? defaults.staleSeconds, 'stale') * 1_000),
  };
}

/**
 * When to load an entry anew before it expires: the sooner the longer its load takes, at random, so
 * that of many processes one goes ahead. (Optimal probabilistic cache stampede prevention,
 * Vattani, Chierichetti, Lowenstein, VLDB 2015.)
 */
export function refreshTime(freshUntil: number, loadMs: number): number {
  return freshUntil + loadMs * Math.log(1 - Math.random());
}
