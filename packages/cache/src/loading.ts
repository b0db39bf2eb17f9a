import type { Cacheable } from './cache.js';
import { keyDependency } from './dependencies.js';
import type { DependencyCells } from './dependency-cells.js';
import { judgeEntry } from './entry-check.js';
import { publishLoad, publishLoadFailure } from './events.js';
import type { Fresh, Keeping } from './keeping.js';
import { lifetimeOf, type DefaultLifetime } from './lifetimes.js';
import type { LoadBackoff } from './load-backoff.js';
import type { Flight, Loaded } from './load-flights.js';
import type { CacheLimits, Clock } from './options.js';
import { encodePayload, type Payload } from './payload.js';
import type { Question } from './question.js';
import type { Preparation, SharedTier } from './shared-tier.js';
import { StoredValue, UnstorableValue } from './stored-value.js';

export interface LoadingOptions {
  readonly cells: DependencyCells;
  readonly keeping: Keeping;
  readonly shared: SharedTier | undefined;
  readonly backoff: LoadBackoff;
  readonly limits: CacheLimits;
  readonly clock: Clock;
  readonly lifetime: DefaultLifetime;
  /** Whether Redis may still hold what this process has invalidated. */
  readonly holdsBack: (names: readonly string[]) => boolean;
}

type Epochs = readonly (number | undefined)[];
type Loader = () => Promise<Cacheable>;

const firstPollMs = 5;
const longestPollMs = 50;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** Loads values: one process at a time where Redis can say so, and then into both tiers. */
export class Loading {
  readonly #options: LoadingOptions;

  constructor(options: LoadingOptions) {
    this.#options = options;
  }

  /**
   * Loads a value. `found` are the epochs that the caller has read; without them Redis is left out.
   * @throws what the loader throws
   */
  async load(flight: Flight, question: Question, loader: Loader, found: Epochs | undefined): Promise<Loaded> {
    const { shared, clock, limits } = this.#options;
    if (shared === undefined || found === undefined) {
      if (shared !== undefined && question.confirmed) {
        // Callers that want confirmation may join a load only before it begins: let those of this tick do so.
        await new Promise<void>((resolve) => {
          setImmediate(resolve);
        });
      }
      return this.#loadNow(flight, question, loader, undefined);
    }
    const owner = shared.newLeaseOwner();
    const deadline = clock.monotonic() + limits.leaseWaitMs;
    let known = found;
    for (let wait = firstPollMs; ; wait = Math.min(wait * 2, longestPollMs)) {
      const prepared = await this.#prepare(shared, question, known, owner);
      flight.epochs = prepared.epochs;
      flight.snapshot.epochs = prepared.epochs;
      if (prepared.lease !== 'lost' || clock.monotonic() > deadline) {
        return this.#loadNow(flight, question, loader, prepared.lease === 'won' ? owner : undefined);
      }
      question.plan.counters.leaseWaits += 1;
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

  /**
   * Loads what this process holds already, unless Redis has another entry by then: `held` is when Redis
   * got the one held, on the shared clock.
   * @throws what the loader throws
   */
  async loadAnew(flight: Flight, question: Question, loader: Loader, held: number): Promise<Loaded> {
    const { shared } = this.#options;
    if (shared === undefined) {
      return this.load(flight, question, loader, undefined);
    }
    const polled = await this.#poll(flight, shared, question, held);
    return polled !== undefined && 'value' in polled
      ? polled
      : this.load(flight, question, loader, polled?.epochs);
  }

  async #prepare(shared: SharedTier, { plan }: Question, found: Epochs, owner: string): Promise<Preparation> {
    try {
      return await shared.prepare(plan, found, owner, this.#options.limits.hedgeMs);
    } catch {
      // It may have been taken after all: an answer that comes late is an answer.
      this.#releaseLease(plan.key, owner);
      return { epochs: undefined, lease: 'none' };
    }
  }

  /** Looks whether another process has stored the value (not the one `held`); the live epochs when not. */
  async #poll(
    flight: Flight,
    shared: SharedTier,
    question: Question,
    held?: number,
  ): Promise<Loaded | { readonly epochs: Epochs } | undefined> {
    const { cells, clock, keeping } = this.#options;
    const { plan, options } = question;
    flight.snapshot.release();
    flight.snapshot = cells.acquire(plan.names);
    // Whoever comes while this question is on its way must not get its answer unseen.
    flight.began = true;
    flight.epochs = undefined;
    const askedAt = clock.monotonic();
    const read = await shared.read(plan, true);
    flight.began = false;
    if (read === undefined || this.#options.holdsBack(plan.names)) {
      return undefined;
    }
    const { entry, epochs } = read;
    const usable = entry !== undefined && entry !== 'corrupt' && entry.storedAt !== held;
    if (!usable || judgeEntry(entry, plan, epochs, options.schemaVersion, shared.now()) !== 'fresh') {
      return { epochs };
    }
    flight.began = true;
    flight.epochs = epochs.filter((epoch) => epoch !== undefined);
    flight.snapshot.epochs = epochs;
    return keeping.adopt(question, flight.snapshot, entry, askedAt);
  }

  async #loadNow(
    flight: Flight,
    question: Question,
    loader: Loader,
    leaseOwner: string | undefined,
  ): Promise<Loaded> {
    const { clock, backoff, shared, limits } = this.#options;
    const { plan } = question;
    const askedAt = clock.monotonic();
    flight.began = true;
    plan.counters.misses += 1;
    const renewal =
      leaseOwner === undefined
        ? undefined
        : setInterval(() => {
            // A lease that cannot be renewed ends; another process may then load as well.
            shared?.renew(plan.key, leaseOwner).catch(() => {});
          }, limits.leaseMs / 3);
    try {
      const value = await loader();
      backoff.succeeded(plan.key);
      publishLoad(plan.key, clock.monotonic() - askedAt);
      return this.#keep(flight, question, value, askedAt, leaseOwner);
    } catch (error) {
      backoff.failed(plan, error, clock.monotonic());
      publishLoadFailure(plan.key, error);
      this.#releaseLease(plan.key, leaseOwner);
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

  #keep(
    flight: Flight,
    question: Question,
    value: Cacheable,
    askedAt: number,
    leaseOwner: string | undefined,
  ): Loaded {
    const { clock, keeping, lifetime: defaults } = this.#options;
    const { plan, options } = question;
    const bornAt = clock.monotonic();
    const payload = this.#encode(question, value);
    if (payload === undefined) {
      this.#releaseLease(plan.key, leaseOwner);
      return { value: new UnstorableValue(value), bornAt, stale: false, tier: 'loader' };
    }
    const stored = new StoredValue(payload);
    const lifetime = lifetimeOf(value, options, defaults);
    const { epochs, snapshot } = flight;
    if (lifetime.ttlMs > 0 && snapshot.isCurrent()) {
      const fresh = {
        payload,
        lifetime,
        epochs,
        loadMs: bornAt - askedAt,
        storedAt: this.#sharedNow(),
        askedAt,
      };
      keeping.keepFresh(question, snapshot, stored, fresh);
      void this.#share(question, fresh, leaseOwner);
    } else {
      this.#releaseLease(plan.key, leaseOwner);
    }
    return { value: stored, bornAt, stale: false, tier: 'loader' };
  }

  /** In the background: the callers have their value. */
  async #share(question: Question, fresh: Fresh, leaseOwner: string | undefined): Promise<void> {
    try {
      await this.#options.keeping.share(question, fresh);
    } catch {
      question.plan.counters.errors += 1;
    }
    this.#releaseLease(question.plan.key, leaseOwner);
  }

  #sharedNow(): number {
    return this.#options.shared?.now() ?? 0;
  }

  #encode({ plan }: Question, value: Cacheable): Payload | undefined {
    try {
      return encodePayload(value, this.#options.limits.compressBytes);
    } catch {
      plan.counters.errors += 1;
      return undefined;
    }
  }

  /**
   * Stores a value the caller knows; resolves to whether it is stored.
   * @throws when the value cannot be encoded
   */
  async set(question: Question, value: Cacheable): Promise<boolean> {
    const { cells, clock, shared, limits, keeping, lifetime: defaults } = this.#options;
    const { plan, options } = question;
    const lifetime = lifetimeOf(value, options, defaults);
    const payload = encodePayload(value, limits.compressBytes);
    // A load that is under way must not take the place of this value.
    cells.change([keyDependency(plan.key)]);
    if (lifetime.ttlMs === 0) {
      return false;
    }
    const snapshot = cells.acquire(plan.names);
    const at = { askedAt: clock.monotonic(), storedAt: this.#sharedNow() };
    let epochs: readonly number[] | undefined;
    let stored = shared === undefined;
    try {
      if (shared?.link.trusted) {
        epochs =
          shared.allKnown(plan) ??
          (await shared.prepare(plan, shared.known(plan), undefined, limits.storeMs)).epochs;
        snapshot.epochs = epochs;
        stored = await keeping.share(question, { payload, lifetime, epochs, loadMs: 0, ...at });
      }
    } catch {
      plan.counters.errors += 1;
    }
    const fresh: Fresh = { payload, lifetime, epochs, loadMs: 0, ...at };
    keeping.keepFresh(question, snapshot, new StoredValue(payload), fresh);
    snapshot.release();
    return stored;
  }
}
