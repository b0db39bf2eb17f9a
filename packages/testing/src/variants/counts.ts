/**
 * What to do in `npm test` and in `npm run test:long`, which says so to every suite by the environment (the
 * program's own settings are read in packages/config alone): how often to repeat something, or how many variants
 * of a suite to run, as `shortOrLong(describeOnBothSetups, describeOnEachPair)`.
 */
export function shortOrLong<Value>(short: Value, long: Value): Value {
  return process.env['SLIMY_TEST_LONG'] === '1' ? long : short;
}
