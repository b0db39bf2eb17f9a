/**
 * How often to repeat something: `short` in `npm test`, `long` in `npm run test:long`, which says so to every
 * suite by the environment (the program's own settings are read in packages/config alone).
 */
export function shortOrLong(short: number, long: number): number {
  return process.env['SLIMY_TEST_LONG'] === '1' ? long : short;
}
