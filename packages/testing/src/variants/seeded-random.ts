/** Numbers that follow from a seed, so that a run that failed can be made again. */
export interface SeededRandom {
  /** To be named when something fails; `SLIMY_TEST_SEED` makes a run with the same one. */
  readonly seed: number;
  /** The next number, at least 0 and less than 1. */
  next(): number;
}

/**
 * The seed of a run: that of `SLIMY_TEST_SEED`, else `own`, which a suite gives that tries the same each time, else
 * another one each time.
 */
export function runSeed(own: number = Math.floor(Math.random() * 2 ** 32)): number {
  const given = process.env['SLIMY_TEST_SEED'];
  return given === undefined ? own : Number(given);
}

/** Starts a row of numbers with a seed, by default that of the run. */
export function seededRandom(seed: number = runSeed()): SeededRandom {
  let state = seed;
  return {
    seed,
    // Mulberry32.
    next() {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}
