import type { InvalidationOutcome, WriteResult } from './cache.js';
import type { CacheParts } from './cache-parts.js';
import { everything } from './dependencies.js';
import { publishInvalidation } from './events.js';
import { pendingInvalidation, touchedNames } from './invalidations.js';
import type { PendingInvalidation } from './journal.js';
import type { Touch } from './options.js';
import { purgeRedis } from './purge.js';

/** In-process an invalidation is confirmed by itself. */
function announced(
  names: readonly string[],
  outcome: InvalidationOutcome | undefined = 'confirmed',
): InvalidationOutcome {
  publishInvalidation(names, outcome);
  return outcome;
}

/** Invalidations and changes. This process sees them at once, the others through Redis. */
export class Writing {
  readonly #parts: CacheParts;

  constructor(parts: CacheParts) {
    this.#parts = parts;
  }

  async delete(key: string): Promise<InvalidationOutcome> {
    const { redis, local, limits } = this.#parts;
    const outcome = await this.invalidate({ keys: [key] }, []);
    local.drop(key);
    if (redis?.link.trusted) {
      const value = redis.shared.names.value(key);
      // It is dead already; that it is freed is a courtesy.
      redis.link.ask((port) => port.send([['UNLINK', value]]), limits.commandMs).catch(() => {});
    }
    return outcome;
  }

  async invalidate(touch: Touch, journalIds: readonly string[]): Promise<InvalidationOutcome> {
    const names = touchedNames(touch);
    this.#change(names, touch);
    const invalidations = this.#parts.redis?.invalidations;
    const outcome = names.length === 0 ? 'confirmed' : await invalidations?.issue(touch, journalIds);
    return announced(names, outcome);
  }

  async clear(): Promise<InvalidationOutcome> {
    const { cells, local, redis } = this.#parts;
    cells.change([everything]);
    local.clear();
    return announced([everything], await redis?.invalidations.clear());
  }

  async purge(texts: readonly string[]): Promise<boolean> {
    const { redis, plans } = this.#parts;
    const outcome = await this.clear();
    plans.clear();
    return redis === undefined || (outcome === 'confirmed' && (await purgeRedis(redis, texts)));
  }

  async write<T>(
    touch: Touch,
    change: (pending: PendingInvalidation) => Promise<T>,
  ): Promise<WriteResult<T>> {
    const names = touchedNames(touch);
    const pending = pendingInvalidation(touch);
    const invalidations = this.#parts.redis?.invalidations;
    const writer = await invalidations?.mark(names);
    const renewal =
      writer === undefined
        ? undefined
        : setInterval(() => {
            void invalidations?.renewMark(names, writer);
          }, this.#parts.limits.writeMarkMs / 3);
    const finish = async (): Promise<InvalidationOutcome> => {
      clearInterval(renewal);
      this.#change(names, touch);
      return announced(names, await invalidations?.finish(pending, writer));
    };
    let value: T;
    try {
      value = await change(pending);
    } catch (error) {
      // Whether it was carried out is not known.
      await finish();
      throw error;
    }
    return { value, outcome: await finish() };
  }

  async replay(): Promise<number> {
    const { redis } = this.#parts;
    return redis?.link.trusted ? redis.invalidations.drain(redis.link.port) : 0;
  }

  #change(names: readonly string[], touch: Touch): void {
    const { cells, statistics } = this.#parts;
    cells.change(names);
    for (const key of touch.keys ?? []) {
      statistics.of(key).invalidations += 1;
    }
    for (const pattern of touch.patterns ?? []) {
      statistics.of(pattern).invalidations += 1;
    }
    if (touch.tags !== undefined && touch.tags.length > 0) {
      statistics.of('tags').invalidations += touch.tags.length;
    }
  }
}
