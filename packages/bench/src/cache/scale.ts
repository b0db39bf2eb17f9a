import type { SweepOptions } from './sweeps.js';

/** How much of everything a run measures. */
export interface Scale {
  /** Interleaved rounds of the speeds. */
  readonly rounds: number;
  /** Rounds of the invalidation race for each contender. */
  readonly races: number;
  readonly sweeps: SweepOptions;
}

/** What docs/cache-comparison.md is written from. */
export function fullScale(rounds: number): Scale {
  const sweeps = { rounds: 5, tagged: 10_000, underPrefix: 1_000, others: 199_000 };
  return { rounds, races: 100, sweeps };
}

/** For whoever works on the benchmark: everything once, small. */
export const quickScale: Scale = {
  rounds: 1,
  races: 20,
  sweeps: { rounds: 1, tagged: 500, underPrefix: 100, others: 2_000 },
};
