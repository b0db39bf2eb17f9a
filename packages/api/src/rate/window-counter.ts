/** Where a count stands after something was added. */
export interface WindowCount {
  readonly count: number;
  /** Milliseconds until the window ends and the count starts anew. */
  readonly resetsInMs: number;
}

/** Counts by key in windows of a fixed length that begin with the first count. */
export interface WindowCounter {
  /** Adds to a key's count and gives the total. Rejects when the store cannot be asked. */
  add(key: string, amount: number, windowMs: number): Promise<WindowCount>;
}

interface Window {
  count: number;
  endsAt: number;
}

/** Counts in this process alone; holds the latest `maxKeys` keys. */
export class LocalWindowCounter implements WindowCounter {
  readonly #windows = new Map<string, Window>();
  readonly #now: () => number;
  readonly #maxKeys: number;

  constructor(now: () => number = Date.now, maxKeys = 50_000) {
    this.#now = now;
    this.#maxKeys = maxKeys;
  }

  add(key: string, amount: number, windowMs: number): Promise<WindowCount> {
    const now = this.#now();
    const known = this.#windows.get(key);
    const window = known && known.endsAt > now ? known : { count: 0, endsAt: now + windowMs };
    if (window !== known) this.#remember(key, window);
    window.count += amount;
    return Promise.resolve({ count: window.count, resetsInMs: window.endsAt - now });
  }

  #remember(key: string, window: Window): void {
    this.#windows.delete(key);
    this.#windows.set(key, window);
    if (this.#windows.size <= this.#maxKeys) return;
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined) this.#windows.delete(oldest);
  }
}
