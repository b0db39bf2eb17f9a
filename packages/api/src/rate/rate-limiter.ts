import { AppError } from '@slimy/core';
import { LeasedCalls } from './leased-calls.js';
import { rateClasses, type RateClass, type RateRule } from './rate-classes.js';
import type { WindowCounter } from './window-counter.js';

export interface RateLimiterOptions {
  readonly counter: WindowCounter;
  /**
   * Whether the counter stands on a store that several processes share. Only then may a process find itself
   * cut off and must allow less of the guarded classes; one that is alone by design has the whole rate.
   */
  readonly shared?: boolean;
  /** Multiplies every rate. */
  readonly factor?: number;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

/** Callers whose counts are kept at once. */
const CALLERS_MAX = 50_000;

/**
 * Counts calls by class and caller. Most classes take a twentieth of a caller's rate from the shared counter at
 * a time, so that a hot read costs no round trip. Guarded classes (login, export) ask the shared counter every time and have a smaller allowance
 * when it is away.
 */
export class RateLimiter {
  readonly #counter: WindowCounter;
  readonly #leased = new Map<string, LeasedCalls>();
  readonly #factor: number;
  readonly #shared: boolean;
  readonly #now: () => number;

  constructor({ counter, shared = false, factor = 1, now = () => performance.now() }: RateLimiterOptions) {
    this.#counter = counter;
    this.#factor = factor;
    this.#shared = shared;
    this.#now = now;
  }

  /**
   * Counts one call; the promise is left out where nobody has to be asked, which is nearly always.
   * @throws AppError `rate_limited` with `retryAfterSeconds` when the caller has used up the class's rate.
   */
  take(rateClass: RateClass, caller: string): Promise<void> | undefined {
    const rule: RateRule = rateClasses[rateClass];
    const key = `rate:${rateClass}:${caller}`;
    if (rule.guarded) return pass(rateClass, this.#takeGuarded(key, rule, rule.guarded.callsAlone));
    const leased = this.#leasedCalls(key, rule);
    return leased.takeHeld() ? undefined : pass(rateClass, leased.take());
  }

  async #takeGuarded(key: string, rule: RateRule, callsAlone: number): Promise<number> {
    const limit = rule.calls * this.#factor;
    const alone = this.#shared ? callsAlone * this.#factor : limit;
    const { allowed, retryAfterMs } = await this.#counter.hit(
      key,
      1,
      limit,
      rule.windowSeconds * 1000,
      alone,
    );
    return allowed ? 0 : retryAfterMs;
  }

  #leasedCalls(key: string, rule: RateRule): LeasedCalls {
    const known = this.#leased.get(key);
    if (known && !known.ended) return known;
    const fresh = new LeasedCalls({
      key,
      limit: rule.calls * this.#factor,
      windowMs: rule.windowSeconds * 1000,
      counter: this.#counter,
      now: this.#now,
    });
    this.#leased.delete(key);
    this.#leased.set(key, fresh);
    this.#forgetEnded();
    return fresh;
  }

  /** Drops counts from the old end whose window is over, and whatever is too many. */
  #forgetEnded(): void {
    for (const [key, calls] of this.#leased) {
      if (!calls.ended && this.#leased.size <= CALLERS_MAX) return;
      this.#leased.delete(key);
    }
  }
}

/** Lets a call pass once it is known not to have to wait. */
async function pass(rateClass: RateClass, wait: Promise<number>): Promise<void> {
  const waitMs = await wait;
  if (waitMs > 0) throw refused(rateClass, waitMs);
}

function refused(rateClass: RateClass, waitMs: number): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new AppError(
    'rate_limited',
    `Too many calls of this kind (${rateClass}). Try again in ${retryAfterSeconds} seconds.`,
    { retryAfterSeconds },
  );
}
