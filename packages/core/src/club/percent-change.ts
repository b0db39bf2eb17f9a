/**
 * A change in hundredths of a percent, exactly and rounded half away from zero; null from nothing, from zero and to
 * nothing (vector `percent-change`).
 */
export function changeInHundredths(previous: bigint | null, current: bigint | null): bigint | null {
  if (previous === null || current === null || previous === 0n) return null;
  const difference = (current - previous) * 10_000n;
  const half = previous / 2n;
  return (difference < 0n ? difference - half : difference + half) / previous;
}

/** The same in percent. */
export function changePercent(previous: bigint | null, current: bigint | null): number | null {
  const hundredths = changeInHundredths(previous, current);
  return hundredths === null ? null : Number(hundredths) / 100;
}
