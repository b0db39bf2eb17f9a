/** Bytes that one process holds, at one moment. */
export interface MemoryPoint {
  /** Seconds since the first point. */
  readonly at: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
}

const EVERY_MS = 1_000;

function metric(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

/** Reads a server's memory once a second, out of its metrics, until it is told to stop. */
export class MemoryWatch {
  readonly #origin: string;
  readonly #start = performance.now();
  readonly #points: MemoryPoint[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(origin: string) {
    this.#origin = origin;
    this.#timer = setInterval(() => void this.#read(), EVERY_MS);
  }

  async #read(): Promise<void> {
    const at = (performance.now() - this.#start) / 1_000;
    const text = await (await fetch(`${this.#origin}/metrics`)).text();
    const residentBytes = metric(text, 'process_resident_memory_bytes');
    this.#points.push({ at, residentBytes, heapBytes: metric(text, 'nodejs_heap_size_used_bytes') });
  }

  /** Stops and gives what was read. */
  async end(): Promise<readonly MemoryPoint[]> {
    clearInterval(this.#timer);
    await this.#read();
    return this.#points;
  }
}

/** What a value grows by in a minute, as the straight line that fits it best; NaN for fewer than two points. */
export function slopePerMinute(
  points: readonly MemoryPoint[],
  valueOf: (point: MemoryPoint) => number,
): number {
  const count = points.length;
  if (count < 2) return Number.NaN;
  const mean = (of: (point: MemoryPoint) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / count;
  const [meanAt, meanValue] = [mean(({ at }) => at), mean(valueOf)];
  const covariance = mean((point) => (point.at - meanAt) * (valueOf(point) - meanValue));
  return (60 * covariance) / mean(({ at }) => (at - meanAt) ** 2);
}
