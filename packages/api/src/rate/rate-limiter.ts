import { AppError } from '@slimy/core';
import { BufferedCount } from './buffered-count.js';
import { rateClasses, type RateClass, type RateRule } from './rate-classes.js';
import { LocalWindowCounter, type WindowCounter } from './window-counter.js';

export interface RateLimiterOptions {
  /** Counts for all processes together; without one each process counts for itself, as one process does. */
  readonly shared?: WindowCounter;
  /** Multiplies every rate. */
  readonly factor?: number;
  readonly now?: () => number;
}

/**
 * Counts calls by class and caller. Most classes count in the process and settle with the shared counter in
 * the background, so that a hot read costs no round trip: all processes together may overshoot a rate by a
 * twentieth each. Guarded classes (login, export) ask the shared counter every time and fall back to a
 * smaller allowance of their own when it is away.
 */
export class RateLimiter {
  readonly #shared: WindowCounter | undefined;
  readonly #alone: LocalWindowCounter;
  readonly #buffered = new Map<string, BufferedCount>();
  readonly #factor: number;
  readonly #now: () => number;

  constructor({ shared, factor = 1, now = Date.now }: RateLimiterOptions = {}) {
    this.#shared = shared;
    this.#factor = factor;
    this.#now = now;
    this.#alone = new LocalWindowCounter(now);
  }

  /**
   * Counts one call.
   * @throws AppError `rate_limited` with `retryAfterSeconds` when the caller has used up the class's rate.
   */
  async take(rateClass: RateClass, caller: string): Promise<void> {
    const rule: RateRule = rateClasses[rateClass];
    const key = `rate:${rateClass}:${caller}`;
    const waitMs = rule.guarded
      ? await this.#takeGuarded(key, rule, rule.guarded.callsAlone)
      : await this.#bufferedCount(key, rule).take();
    if (waitMs > 0) throw refused(rateClass, waitMs);
  }

  async #takeGuarded(key: string, rule: RateRule, callsAlone: number): Promise<number> {
    const windowMs = rule.windowSeconds * 1000;
    const together = this.#shared ? await settled(this.#shared.add(key, 1, windowMs)) : null;
    const allowed = (this.#shared && !together ? callsAlone : rule.calls) * this.#factor;
    const { count, resetsInMs } = together ?? (await this.#alone.add(key, 1, windowMs));
    return count > allowed ? resetsInMs : 0;
  }

  #bufferedCount(key: string, rule: RateRule): BufferedCount {
    const known = this.#buffered.get(key);
    if (known && !known.ended) return known;
    const fresh = new BufferedCount({
      key,
      allowed: rule.calls * this.#factor,
      windowMs: rule.windowSeconds * 1000,
      shared: this.#shared,
      now: this.#now,
    });
    this.#buffered.delete(key);
    this.#buffered.set(key, fresh);
    this.#forgetEnded();
    return fresh;
  }

  /** Drops windows from the old end that are over, and whatever is more than 50,000 callers. */
  #forgetEnded(): void {
    for (const [key, count] of this.#buffered) {
      if (!count.ended && this.#buffered.size <= 50_000) return;
      this.#buffered.delete(key);
    }
  }
}

async function settled<Value>(promise: Promise<Value>): Promise<Value | null> {
  try {
    return await promise;
  } catch {
    // Away: the caller of this function counts alone. The store itself reports that it is away.
    return null;
  }
}

function refused(rateClass: RateClass, waitMs: number): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new AppError(
    'rate_limited',
    `Too many calls of this kind (${rateClass}). Try again in ${retryAfterSeconds} seconds.`,
    { retryAfterSeconds },
  );
}
