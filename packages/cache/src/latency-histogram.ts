/** Each bucket is a quarter wider than the one before, from a microsecond on. */
const growth = Math.log(1.25);
const buckets = 100;
const smallestMs = 0.001;

/** Latencies in buckets: constant memory, percentiles within an eighth. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(buckets);
  #total = 0;

  /** Counts one latency, or one that stands for several. */
  record(milliseconds: number, times = 1): void {
    const index = Math.floor(Math.log(Math.max(milliseconds, smallestMs) / smallestMs) / growth);
    const bucket = Math.min(index, buckets - 1);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + times;
    this.#total += times;
  }

  /** The latency that the given part of all stays below, in ms; `null` before the first. */
  percentile(part: number): number | null {
    if (this.#total === 0) {
      return null;
    }
    let remaining = part * this.#total;
    for (const [index, count] of this.#counts.entries()) {
      remaining -= count;
      if (remaining <= 0) {
        return smallestMs * Math.exp((index + 0.5) * growth);
      }
    }
    return null;
  }
}
