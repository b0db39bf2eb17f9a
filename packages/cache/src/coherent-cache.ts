import type {
  Cache,
  Cacheable,
  CacheExplanation,
  CacheHealth,
  CacheScan,
  CacheStats,
  InvalidationOutcome,
  WriteResult,
} from './cache.js';
import type { CacheParts } from './cache-parts.js';
import { explainEntry } from './explain.js';
import type { PendingInvalidation } from './journal.js';
import type { LocalEntry } from './local-tier.js';
import type { EntryOptions, ReadOptions, Touch } from './options.js';
import { isConfirmed, questionOf } from './question.js';
import { Reading } from './reading.js';
import { scanKeys } from './scan.js';
import { SharedLoad } from './shared-load.js';
import type { CopiedValue } from './stored-value.js';
import { Writing } from './writing.js';

const noOptions: EntryOptions = {};
/**
 * A caller's copy of a stored value. What stands under a key has the type that its loader gives;
 * `schemaVersion` keeps other shapes apart.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the one place where the type is the caller's word
function copyFor<T>(value: CopiedValue): T;
function copyFor(value: CopiedValue): unknown {
  return value.copy();
}

/** One in so many hits of the in-process tier is timed. */
const timedHits = 64;

/** The cache over its two tiers; in-process it has only the first of them. */
export class CoherentCache implements Cache {
  readonly #parts: CacheParts;
  readonly #reading: Reading;
  readonly #writing: Writing;

  constructor(parts: CacheParts) {
    this.#parts = parts;
    this.#reading = new Reading(parts);
    this.#writing = new Writing(parts);
  }

  getOrSet<T extends Cacheable>(
    key: string,
    loader: () => Promise<T>,
    options: EntryOptions = noOptions,
  ): Promise<T> {
    const entry = this.#current(key, options);
    return entry === undefined
      ? this.#load<T>(key, loader, options)
      : Promise.resolve(copyFor<T>(entry.value));
  }

  current(key: string, options: ReadOptions = noOptions): Cacheable | undefined {
    const entry = this.#current(key, options);
    return entry === undefined ? undefined : copyFor<Cacheable>(entry.value);
  }

  async get<T extends Cacheable>(key: string, options: ReadOptions = noOptions): Promise<T | undefined> {
    const found = await this.#find(key, options);
    return found === undefined ? undefined : copyFor<T>(found);
  }

  async getMany<T extends Cacheable>(
    keys: readonly string[],
    options: ReadOptions = noOptions,
  ): Promise<Map<string, T>> {
    const found = await Promise.all(keys.map((key) => this.#find(key, options)));
    const values = new Map<string, T>();
    for (const [index, key] of keys.entries()) {
      const value = found[index];
      if (value !== undefined) {
        values.set(key, copyFor<T>(value));
      }
    }
    return values;
  }

  async exists(key: string, options: ReadOptions = noOptions): Promise<boolean> {
    return (await this.#find(key, options)) !== undefined;
  }

  set(key: string, value: Cacheable, options: EntryOptions = noOptions): Promise<boolean> {
    const { plans, loading } = this.#parts;
    return loading.set(questionOf(plans.of(key, options.tags), options), value);
  }

  async getOrSetMany<T extends Cacheable>(
    keys: readonly string[],
    loader: (missing: readonly string[]) => Promise<ReadonlyMap<string, T>>,
    options: EntryOptions | ((key: string) => EntryOptions) = noOptions,
  ): Promise<Map<string, T | null>> {
    const load = new SharedLoad(loader);
    const unique = [...new Set(keys)];
    const values = await Promise.all(
      unique.map((key) =>
        this.getOrSet<T | null>(
          key,
          () => load.of(key),
          typeof options === 'function' ? options(key) : options,
        ),
      ),
    );
    return new Map(unique.map((key, index) => [key, values[index] ?? null]));
  }

  delete(key: string): Promise<InvalidationOutcome> {
    return this.#writing.delete(key);
  }

  invalidateKeys(keys: readonly string[]): Promise<InvalidationOutcome> {
    return this.invalidate({ keys });
  }

  invalidateTags(tags: readonly string[]): Promise<InvalidationOutcome> {
    return this.invalidate({ tags });
  }

  invalidatePattern(pattern: string): Promise<InvalidationOutcome> {
    return this.invalidate({ patterns: [pattern] });
  }

  invalidate(touch: Touch, journalIds: readonly string[] = []): Promise<InvalidationOutcome> {
    return this.#writing.invalidate(touch, journalIds);
  }

  clear(): Promise<InvalidationOutcome> {
    return this.#writing.clear();
  }

  purge(texts: readonly string[]): Promise<boolean> {
    return this.#writing.purge(texts);
  }

  async scan(pattern: string, limit: number): Promise<CacheScan | null> {
    return scanKeys(this.#parts, pattern, limit);
  }

  write<T>(touch: Touch, change: (pending: PendingInvalidation) => Promise<T>): Promise<WriteResult<T>> {
    return this.#writing.write(touch, change);
  }

  replay(): Promise<number> {
    return this.#writing.replay();
  }

  bypassLocal(reason: string | null): void {
    const { switches, local, logger } = this.#parts;
    if (reason !== null && reason !== switches.bypassReason) {
      logger?.warn(`the in-process cache is off: ${reason}`);
      local.clear();
    }
    switches.bypassReason = reason;
  }

  stats(): CacheStats {
    const { statistics, local, redis } = this.#parts;
    return {
      mode: redis === undefined ? 'in-process' : 'redis',
      breaker: redis?.link.breaker ?? 'closed',
      localEntries: local.size,
      localBytes: local.bytes,
      pendingInvalidations: redis?.invalidations.pending ?? 0,
      namespaces: statistics.snapshot(),
    };
  }

  explain(key: string, options: ReadOptions = noOptions): Promise<CacheExplanation> {
    return explainEntry(this.#parts, key, options);
  }

  async health(): Promise<CacheHealth> {
    const { redis } = this.#parts;
    if (redis === undefined) {
      return { ok: true, mode: 'in-process', latencyMs: null, pendingInvalidations: 0 };
    }
    const latencyMs = await redis.link.latency();
    return {
      ok: redis.link.trusted && latencyMs !== null,
      mode: 'redis',
      latencyMs,
      pendingInvalidations: redis.invalidations.pending,
    };
  }

  ready(timeoutMs = 5_000): Promise<boolean> {
    return this.#parts.redis?.link.whenTrusted(timeoutMs) ?? Promise.resolve(true);
  }

  close(): Promise<void> {
    this.#parts.close();
    return Promise.resolve();
  }

  async #load<T extends Cacheable>(key: string, loader: () => Promise<T>, options: EntryOptions): Promise<T> {
    return copyFor<T>(await this.#reading.readThrough(key, loader, options));
  }

  #find(key: string, options: ReadOptions): Promise<CopiedValue | undefined> {
    const entry = this.#current(key, options);
    return entry === undefined ? this.#reading.find(key, options) : Promise.resolve(entry.value);
  }

  /** The entry of the in-process tier, when it can be served without asking anybody. */
  #current(key: string, options: ReadOptions): LocalEntry | undefined {
    const { local, clock, switches } = this.#parts;
    const entry = local.find(key);
    if (entry === undefined) {
      return undefined;
    }
    const now = clock.monotonic();
    if (
      now >= entry.servedUntil ||
      !entry.snapshot.isCurrent() ||
      !switches.servesLocal(isConfirmed(options)) ||
      !local.answers(entry, options)
    ) {
      return undefined;
    }
    const { counters } = entry.plan;
    counters.localHits += 1;
    if (counters.localHits % timedHits === 0) {
      counters.latency.record(clock.monotonic() - now, timedHits);
    }
    if (options.onServed !== undefined) {
      options.onServed({ tier: 'local', stale: false, ageMs: now - entry.loadedAt });
    }
    return entry;
  }
}
