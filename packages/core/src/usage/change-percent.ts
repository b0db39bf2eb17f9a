/** A change in percent with two decimals; from nothing to something is 100, from nothing to nothing 0. */
export function activityChangePercent(previous: number, current: number): number {
  if (previous === 0) return current === 0 ? 0 : 100;
  return Math.round(((current - previous) / previous) * 10_000) / 100;
}
