import { LRUCache } from 'lru-cache';
import { defaultLimits, type Clock, type RedisSettings } from './options.js';
import { connectRedis } from './redis/connect.js';
import { withDeadline } from './redis/deadline.js';
import type { RedisPort } from './redis/port.js';
import { windowScript } from './redis/scripts.js';

/** What one call of a counter found. */
export interface WindowHit {
  readonly allowed: boolean;
  /** What is left of the limit in this window. */
  readonly remaining: number;
  /** When the window ends; 0 for a call that was allowed. */
  readonly retryAfterMs: number;
  /** Whether all processes counted together (Redis), or this one alone. */
  readonly shared: boolean;
}

/** Counts within fixed windows, each of which starts with its first call. */
export interface WindowCounter {
  /**
   * Counts `weight` against `limit` in a window of `windowMs`; a refused call is not counted.
   * With Redis away this process counts alone, against `limitAlone` when it is given (several
   * processes then allow that much each). Never throws because of Redis.
   */
  hit(key: string, weight: number, limit: number, windowMs: number, limitAlone?: number): Promise<WindowHit>;
  close(): Promise<void>;
}

export interface WindowCounterOptions {
  /** Without it this process counts alone. */
  readonly redis?: RedisSettings | undefined;
  /** Put before every Redis key. Default `slimy:`. */
  readonly prefix?: string | undefined;
  readonly clock?: Clock | undefined;
}

interface Window {
  used: number;
  readonly endsAt: number;
}

/** Windows counted in this process; beyond that the least recently used is forgotten. */
const mostWindows = 20_000;

class FixedWindows implements WindowCounter {
  readonly #windows = new LRUCache<string, Window>({ max: mostWindows });
  readonly #prefix: string;
  readonly #now: () => number;
  readonly #port: RedisPort | undefined;

  constructor(options: WindowCounterOptions) {
    this.#prefix = `${options.prefix ?? 'slimy:'}w:`;
    const { clock } = options;
    this.#now = clock === undefined ? () => performance.now() : () => clock.monotonic();
    const nothing = (): void => {};
    this.#port =
      options.redis === undefined
        ? undefined
        : connectRedis(options.redis, { up: nothing, down: nothing }).port;
  }

  async hit(
    key: string,
    weight: number,
    limit: number,
    windowMs: number,
    limitAlone = limit,
  ): Promise<WindowHit> {
    return (
      (await this.#hitShared(key, weight, limit, windowMs)) ??
      this.#hitAlone(key, weight, limitAlone, windowMs)
    );
  }

  close(): Promise<void> {
    this.#port?.close();
    return Promise.resolve();
  }

  async #hitShared(
    key: string,
    weight: number,
    limit: number,
    windowMs: number,
  ): Promise<WindowHit | undefined> {
    if (!this.#port?.connected) {
      return undefined;
    }
    try {
      const reply = await withDeadline(
        this.#port.run(windowScript, [`${this.#prefix}{${key}}`], [weight, limit, windowMs]),
        defaultLimits.commandMs,
      );
      const [allowed, used, endsIn] = Array.isArray(reply) ? reply.map(Number) : [];
      if (allowed === undefined || used === undefined || endsIn === undefined) {
        return undefined;
      }
      return hitOf(allowed === 1, used, limit, endsIn, true);
    } catch {
      // Redis is away: counting goes on in this process.
      return undefined;
    }
  }

  #hitAlone(key: string, weight: number, limit: number, windowMs: number): WindowHit {
    const now = this.#now();
    let window = this.#windows.get(key);
    if (window === undefined || now >= window.endsAt) {
      window = { used: 0, endsAt: now + windowMs };
      this.#windows.set(key, window);
    }
    const allowed = window.used + weight <= limit;
    if (allowed) {
      window.used += weight;
    }
    return hitOf(allowed, window.used, limit, window.endsAt - now, false);
  }
}

function hitOf(allowed: boolean, used: number, limit: number, endsIn: number, shared: boolean): WindowHit {
  return {
    allowed,
    remaining: Math.max(0, limit - used),
    retryAfterMs: allowed ? 0 : Math.max(1, Math.ceil(endsIn)),
    shared,
  };
}

/** Makes counters for rate limits, shared through Redis where there is one. */
export function createWindowCounter(options: WindowCounterOptions = {}): WindowCounter {
  return new FixedWindows(options);
}
