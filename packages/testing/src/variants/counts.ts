import type { Engine } from './fixture.js';

/**
 * What to do in `npm test` and in `npm run test:long`, which says so to every suite by the environment (the
 * program's own settings are read in packages/config alone): how often to repeat something, or how many variants
 * of a suite to run, as `shortOrLong(describeOnBothSetups, describeOnEachPair)`.
 */
export function shortOrLong<Value>(short: Value, long: Value): Value {
  return process.env['SLIMY_TEST_LONG'] === '1' ? long : short;
}

/**
 * How often a suite kills a real process at a point of its work: 50 times on each engine in the long run, five times
 * in `npm test`, shared between the engines, for every point costs the start of a program.
 */
export function killPoints(engine: Engine): number {
  return shortOrLong(engine === 'sqlite' ? 3 : 2, 50);
}

/** Milliseconds that a test with so many points may take. */
export const KILL_POINTS_MS = shortOrLong(300_000, 1_800_000);
