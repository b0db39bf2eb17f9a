import type { WindowCounter } from './window-counter.js';

export interface BufferedCountOptions {
  readonly key: string;
  /** Calls in a window. */
  readonly allowed: number;
  readonly windowMs: number;
  readonly shared: WindowCounter | undefined;
  readonly now: () => number;
}

/**
 * One caller's count in one window. The first call asks the shared counter and waits for it; the ones after it
 * are decided from what is known, and what was counted here is added to the shared count in the background,
 * every twentieth of the allowance.
 */
export class BufferedCount {
  readonly #options: BufferedCountOptions;
  readonly #share: number;
  #endsAt: number;
  /** All processes' calls as last heard, ours included up to then. */
  #known = 0;
  /** Ours that the shared counter has not confirmed. */
  #own = 0;
  #adding: Promise<void> | undefined;

  constructor(options: BufferedCountOptions) {
    this.#options = options;
    this.#share = Math.max(1, Math.floor(options.allowed / 20));
    this.#endsAt = options.now() + options.windowMs;
  }

  /** Whether the window is over. */
  get ended(): boolean {
    return this.#options.now() >= this.#endsAt;
  }

  /** Counts a call; gives 0 when it is within the rate, else the milliseconds until the window ends. */
  async take(): Promise<number> {
    if (this.#used >= this.#options.allowed) return this.#waitMs;
    this.#own += 1;
    const { shared } = this.#options;
    if (!shared) return 0;
    const first = this.#known === 0;
    if (first || this.#own >= this.#share) {
      this.#adding ??= this.#add(shared).finally(() => {
        this.#adding = undefined;
      });
    }
    if (!first) return 0;
    await this.#adding;
    return this.#used > this.#options.allowed ? this.#waitMs : 0;
  }

  get #used(): number {
    return this.#known + this.#own;
  }

  get #waitMs(): number {
    return Math.max(1, this.#endsAt - this.#options.now());
  }

  async #add(shared: WindowCounter): Promise<void> {
    const { key, windowMs, now } = this.#options;
    const amount = this.#own;
    try {
      const { count, resetsInMs } = await shared.add(key, amount, windowMs);
      this.#known = count;
      this.#endsAt = now() + resetsInMs;
    } catch {
      // The shared store is away and says so itself; this process goes on counting for itself.
      this.#known += amount;
    }
    this.#own -= amount;
  }
}
