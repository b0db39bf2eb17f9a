/** The middle value; the mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * Runs every contender once per round, each round in another order, so that a drift of the machine's speed
 * hits all of them alike. The first round warms up and is not counted.
 */
export async function interleave<Result>(
  contenders: ReadonlyMap<string, () => Promise<Result>>,
  rounds: number,
): Promise<Map<string, Result[]>> {
  const results = new Map<string, Result[]>([...contenders.keys()].map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    const order = [...contenders];
    const turned = [...order.slice(round % order.length), ...order.slice(0, round % order.length)];
    for (const [name, run] of turned) {
      const result = await run();
      if (round > 0) results.get(name)?.push(result);
    }
  }
  return results;
}
