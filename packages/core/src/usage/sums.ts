import type { StatSums } from '@slimy/db';

/** Sums as the contract shows them. */
export interface ShownSums {
  readonly events: number;
  readonly values: number;
  readonly valueSum: number;
}

export function shownSums({ eventCount, valueCount, valueSum }: StatSums): ShownSums {
  return { events: Number(eventCount), values: Number(valueCount), valueSum };
}

const nothing: ShownSums = { events: 0, values: 0, valueSum: 0 };

export function addedSums(all: readonly ShownSums[]): ShownSums {
  return all.reduce(
    (sum, one) => ({
      events: sum.events + one.events,
      values: sum.values + one.values,
      valueSum: sum.valueSum + one.valueSum,
    }),
    nothing,
  );
}
