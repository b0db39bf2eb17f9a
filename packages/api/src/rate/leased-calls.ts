import type { WindowCounter } from './window-counter.js';

export interface LeasedCallsOptions {
  readonly key: string;
  /** Calls in a window. */
  readonly limit: number;
  readonly windowMs: number;
  readonly counter: WindowCounter;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/**
 * One caller's calls in one window: takes them from the shared counter a twentieth of the limit at a time, so
 * that most calls ask nobody. A process may hold that many unused, but all together never exceed the limit.
 */
export class LeasedCalls {
  readonly #options: LeasedCallsOptions;
  readonly #endsAt: number;
  #held = 0;
  #refusedUntil = 0;
  #leasing: Promise<void> | undefined;

  constructor(options: LeasedCallsOptions) {
    this.#options = options;
    this.#endsAt = options.now() + options.windowMs;
  }

  /** Whether the window is over, so that nothing in here matters any more. */
  get ended(): boolean {
    const now = this.#options.now();
    return now >= this.#endsAt && now >= this.#refusedUntil;
  }

  /** Counts a call out of what is held; gives whether there was one, without asking anybody. */
  takeHeld(): boolean {
    if (this.#held === 0) return false;
    this.#held -= 1;
    return true;
  }

  /** Counts a call; gives 0 when it is within the rate, else the milliseconds until the window ends. */
  async take(): Promise<number> {
    for (;;) {
      const waitMs = Math.ceil(this.#refusedUntil - this.#options.now());
      if (waitMs > 0) return waitMs;
      if (this.takeHeld()) return 0;
      this.#leasing ??= this.#lease().finally(() => {
        this.#leasing = undefined;
      });
      await this.#leasing;
    }
  }

  async #lease(): Promise<void> {
    const { key, limit, windowMs, counter, now } = this.#options;
    let amount = Math.max(1, Math.floor(limit / 20));
    while (amount > 0) {
      const { allowed, remaining, retryAfterMs } = await counter.hit(key, amount, limit, windowMs);
      if (allowed) {
        this.#held += amount;
        return;
      }
      // The rest of the window's calls may still be had.
      amount = Math.min(amount - 1, remaining);
      this.#refusedUntil = amount > 0 ? 0 : now() + Math.max(1, retryAfterMs);
    }
  }
}
