import type { Cacheable } from './cache.js';
import { keyDependency } from './dependencies.js';
import type { DependencyCells } from './dependency-cells.js';
import { judgeEntry } from './entry-check.js';
import { encodeEntry, type StoredEntry } from './entry.js';
import { lifetimeOf, refreshTime, type DefaultLifetime, type Lifetime } from './lifetimes.js';
import type { LoadBackoff } from './load-backoff.js';
import type { Flight, Loaded } from './load-flights.js';
import type { LocalEntry, LocalTier } from './local-tier.js';
import type { CacheLimits, Clock } from './options.js';
import { encodePayload, type Payload } from './payload.js';
import type { Question } from './question.js';
import type { Preparation, SharedTier } from './shared-tier.js';
import { StoredValue, UnstorableValue } from './stored-value.js';

export interface LoadingOptions {
  readonly cells: DependencyCells;
  readonly local: LocalTier;
  readonly shared: SharedTier | undefined;
  readonly backoff: LoadBackoff;
  readonly limits: CacheLimits;
  readonly clock: Clock;
  readonly lifetime: DefaultLifetime;
  /** Whether the in-process tier may keep entries now. */
  readonly keepsLocal: () => boolean;
}

const firstPollMs = 5;
const longestPollMs = 50;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** What is to be kept of a value. */
interface Keeping {
  readonly value: StoredValue;
  readonly lifetime: Lifetime;
  readonly epochs: readonly number[] | undefined;
  readonly loadMs: number;
  /** Monotonic time since which the value ages. */
  readonly bornAt: number;
  /** Monotonic time at which it was known to be current. */
  readonly confirmedAt: number;
  readonly source: string;
  readonly schemaVersion: string;
}

/** Loads values and brings them into both tiers. */
export class Loading {
  readonly #options: LoadingOptions;

  constructor(options: LoadingOptions) {
    this.#options = options;
  }

  /**
   * Loads a value, with the lease of its key where Redis is in use.
   * @throws what the loader throws
   */
  async load(
    flight: Flight,
    question: Question,
    loader: () => Promise<Cacheable>,
    found: readonly (number | undefined)[] | undefined,
  ): Promise<Loaded> {
    const { shared } = this.#options;
    if (shared === undefined) {
      return this.#loadNow(flight, question, loader, undefined);
    }
    if (found === undefined) {
      if (question.strict) {
        // Strict callers may join a load only before it begins: let those of this tick do so.
        await new Promise<void>((resolve) => {
          setImmediate(resolve);
        });
      }
      return this.#loadNow(flight, question, loader, undefined);
    }
    const owner = shared.newLeaseOwner();
    const deadline = this.#options.clock.monotonic() + this.#options.limits.leaseWaitMs;
    let known = found;
    for (let wait = firstPollMs; ; wait = Math.min(wait * 2, longestPollMs)) {
      const prepared = await this.#prepare(shared, question, known, owner);
      flight.epochs = prepared.epochs;
      flight.snapshot.epochs = prepared.epochs;
      if (prepared.lease !== 'lost' || this.#options.clock.monotonic() > deadline) {
        return this.#loadNow(flight, question, loader, prepared.lease === 'won' ? owner : undefined);
      }
      question.counters.leaseWaits += 1;
      await pause(wait);
      const polled = await this.#poll(flight, shared, question);
      if (polled === undefined) {
        return this.#loadNow(flight, question, loader, undefined);
      }
      if ('value' in polled) {
        return polled;
      }
      known = polled.epochs;
    }
  }

  async #prepare(
    shared: SharedTier,
    question: Question,
    found: readonly (number | undefined)[],
    owner: string,
  ): Promise<Preparation> {
    try {
      return await shared.prepare(question.dependencies, found, owner);
    } catch {
      // It may have been taken after all: an answer that comes late is an answer.
      this.#releaseLease(question.dependencies.key, owner);
      return { epochs: undefined, lease: 'none' };
    }
  }

  /** Looks whether the other process has stored the value; the live epochs when it has not. */
  async #poll(
    flight: Flight,
    shared: SharedTier,
    question: Question,
  ): Promise<Loaded | { readonly epochs: readonly (number | undefined)[] } | undefined> {
    const { cells } = this.#options;
    const { dependencies } = question;
    cells.release(dependencies.names, flight.snapshot);
    flight.snapshot = cells.acquire(dependencies.names);
    // Whoever comes while this question is on its way must not get its answer unseen.
    flight.began = true;
    const askedAt = this.#options.clock.monotonic();
    const read = await shared.read(dependencies, true, true);
    flight.began = false;
    if (read === undefined) {
      return undefined;
    }
    const { entry, epochs } = read;
    if (
      entry === undefined ||
      entry === 'corrupt' ||
      judgeEntry(entry, dependencies, epochs, question.options.schemaVersion, shared.now()) !== 'fresh'
    ) {
      return { epochs };
    }
    flight.began = true;
    flight.epochs = epochs.filter((epoch) => epoch !== undefined);
    flight.snapshot.epochs = epochs;
    return this.adopt(question, flight, entry, askedAt);
  }

  /** Takes an entry of the shared tier over into the in-process one. */
  adopt(
    question: Question,
    holder: { snapshot: LocalEntry['snapshot'] },
    entry: StoredEntry,
    askedAt: number,
  ): Loaded {
    const { shared, clock } = this.#options;
    const age = Math.max(0, (shared?.now() ?? entry.storedAt) - entry.storedAt);
    const bornAt = clock.monotonic() - age;
    const value = new StoredValue(entry.payload());
    const epochs = question.dependencies.names.map((_, index) => entry.epoch(index));
    this.#keep(question, holder, {
      value,
      lifetime: { ttlMs: entry.ttlMs, staleMs: entry.staleMs },
      epochs,
      loadMs: entry.loadMs,
      bornAt,
      confirmedAt: askedAt,
      source: entry.source,
      schemaVersion: entry.schemaVersion,
    });
    return { value, bornAt, stale: age >= entry.ttlMs, tier: 'shared' };
  }

  /** Whether this read, by chance, is the one that loads a still fresh entry anew. */
  refreshesEarly(entry: StoredEntry): boolean {
    const age = (this.#options.shared?.now() ?? entry.storedAt) - entry.storedAt;
    return age >= refreshTime(entry.ttlMs, entry.loadMs);
  }

  async #loadNow(
    flight: Flight,
    question: Question,
    loader: () => Promise<Cacheable>,
    leaseOwner: string | undefined,
  ): Promise<Loaded> {
    const { clock, backoff, shared, limits } = this.#options;
    const { dependencies } = question;
    const { key } = dependencies;
    flight.began = true;
    question.counters.misses += 1;
    const bornAt = clock.monotonic();
    const renewal =
      leaseOwner === undefined
        ? undefined
        : setInterval(() => {
            shared?.renew(key, leaseOwner).catch(() => {});
          }, limits.leaseMs / 3);
    try {
      const value = await loader();
      backoff.succeeded(key);
      return this.#store(flight, question, value, bornAt, leaseOwner);
    } catch (error) {
      backoff.failed(dependencies, error, clock.monotonic());
      this.#releaseLease(key, leaseOwner);
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  #releaseLease(key: string, leaseOwner: string | undefined): void {
    if (leaseOwner !== undefined) {
      // The lease ends by itself when this does not arrive.
      this.#options.shared?.release(key, leaseOwner).catch(() => {});
    }
  }

  #store(
    flight: Flight,
    question: Question,
    value: Cacheable,
    bornAt: number,
    leaseOwner: string | undefined,
  ): Loaded {
    const { clock } = this.#options;
    const loadMs = clock.monotonic() - bornAt;
    const payload = this.#encode(question, value);
    const lifetime = lifetimeOf(value, question.options, this.#options.lifetime);
    if (payload === undefined) {
      this.#releaseLease(question.dependencies.key, leaseOwner);
      return { value: new UnstorableValue(value), bornAt, stale: false, tier: 'loader' };
    }
    const stored = new StoredValue(payload);
    const loaded = { value: stored, bornAt, stale: false, tier: 'loader' } as const;
    if (lifetime.ttlMs === 0 || !flight.snapshot.isCurrent(this.#options.cells.changes)) {
      this.#releaseLease(question.dependencies.key, leaseOwner);
      return loaded;
    }
    const { epochs } = flight;
    this.#storeShared(question, payload, lifetime, epochs, loadMs, leaseOwner);
    if (epochs !== undefined || !this.#sharedInUse()) {
      this.#keep(question, flight, {
        value: stored,
        lifetime,
        epochs,
        loadMs,
        bornAt: clock.monotonic(),
        confirmedAt: bornAt,
        source: question.options.source ?? '',
        schemaVersion: question.options.schemaVersion ?? '',
      });
    }
    return loaded;
  }

  #sharedInUse(): boolean {
    return this.#options.shared?.link.trusted ?? false;
  }

  #encode(question: Question, value: Cacheable): Payload | undefined {
    try {
      return encodePayload(value, this.#options.limits.compressBytes);
    } catch {
      question.counters.errors += 1;
      return undefined;
    }
  }

  #storeShared(
    question: Question,
    payload: Payload,
    lifetime: Lifetime,
    epochs: readonly number[] | undefined,
    loadMs: number,
    leaseOwner: string | undefined,
  ): void {
    const { shared } = this.#options;
    const { dependencies, options, counters } = question;
    if (shared === undefined || epochs === undefined || !shared.link.trusted) {
      this.#releaseLease(dependencies.key, leaseOwner);
      return;
    }
    const entry = encodeEntry(
      {
        storedAt: shared.now(),
        ...lifetime,
        loadMs,
        schemaVersion: options.schemaVersion ?? '',
        source: options.source ?? '',
        tags: dependencies.tags,
        epochs,
      },
      payload,
    );
    const { ttlMs, staleMs } = lifetime;
    shared.store(dependencies, epochs, entry, ttlMs + staleMs, leaseOwner).catch(() => {
      counters.errors += 1;
    });
  }

  /** Stores a value the caller knows; resolves to whether it is stored. */
  async set(question: Question, value: Cacheable): Promise<boolean> {
    const { cells, clock, shared, limits } = this.#options;
    const { dependencies, options, counters } = question;
    const lifetime = lifetimeOf(value, options, this.#options.lifetime);
    const payload = encodePayload(value, limits.compressBytes);
    if (lifetime.ttlMs === 0) {
      return false;
    }
    // A load that is under way must not take the place of this value.
    cells.change([keyDependency(dependencies.key)]);
    const holder = { snapshot: cells.acquire(dependencies.names) };
    const bornAt = clock.monotonic();
    let epochs: readonly number[] | undefined;
    let stored = false;
    try {
      if (shared?.link.trusted) {
        const prepared = await shared.prepare(dependencies, shared.known(dependencies), undefined);
        epochs = prepared.epochs;
        holder.snapshot.epochs = epochs;
      }
      if (shared !== undefined && epochs !== undefined) {
        const entry = encodeEntry(
          {
            storedAt: shared.now(),
            ...lifetime,
            loadMs: 0,
            schemaVersion: options.schemaVersion ?? '',
            source: options.source ?? '',
            tags: dependencies.tags,
            epochs,
          },
          payload,
        );
        await shared.store(dependencies, epochs, entry, lifetime.ttlMs + lifetime.staleMs);
        stored = true;
      }
    } catch {
      counters.errors += 1;
    }
    if (stored || !this.#sharedInUse()) {
      this.#keep(question, holder, {
        value: new StoredValue(payload),
        lifetime,
        epochs,
        loadMs: 0,
        bornAt,
        confirmedAt: bornAt,
        source: options.source ?? '',
        schemaVersion: options.schemaVersion ?? '',
      });
    }
    cells.release(dependencies.names, holder.snapshot);
    return stored || shared === undefined;
  }

  /** Keeps a value in the in-process tier, under a snapshot like the holder's. */
  #keep(question: Question, holder: { readonly snapshot: LocalEntry['snapshot'] }, keeping: Keeping): void {
    const { local, cells, shared, limits } = this.#options;
    const { dependencies, counters } = question;
    if (!this.#options.keepsLocal() || !holder.snapshot.isCurrent(cells.changes)) {
      return;
    }
    const { value, lifetime, epochs, loadMs, bornAt, confirmedAt, source, schemaVersion } = keeping;
    const freshUntil = bornAt + lifetime.ttlMs;
    const refreshAt = refreshTime(freshUntil, loadMs);
    // Nothing has changed since the holder's snapshot: one taken now says the same.
    const snapshot = cells.acquire(dependencies.names);
    snapshot.epochs = epochs;
    const confirmedUntil = shared === undefined ? Infinity : confirmedAt + limits.localAgeMs;
    local.keep(dependencies.key, {
      value,
      dependencies,
      snapshot,
      epochs,
      loadedAt: bornAt,
      freshUntil,
      staleUntil: freshUntil + lifetime.staleMs,
      refreshAt,
      confirmedUntil,
      servedUntil: Math.min(confirmedUntil, refreshAt),
      schemaVersion,
      source,
      counters,
    });
  }
}
