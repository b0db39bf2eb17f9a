import type { CellSnapshot } from './dependency-cells.js';
import { encodeEntry, type StoredEntry } from './entry.js';
import { refreshTime, type Lifetime } from './lifetimes.js';
import type { Loaded } from './load-flights.js';
import type { LocalSwitches, LocalTier } from './local-tier.js';
import type { CacheLimits, Clock } from './options.js';
import type { Payload } from './payload.js';
import type { Question } from './question.js';
import type { SharedTier } from './shared-tier.js';
import { StoredValue } from './stored-value.js';

export interface KeepingOptions {
  readonly local: LocalTier;
  readonly switches: LocalSwitches;
  readonly shared: SharedTier | undefined;
  readonly limits: CacheLimits;
  readonly clock: Clock;
}

/** A value and what the in-process tier is to know about it. */
interface Kept {
  readonly value: StoredValue;
  readonly lifetime: Lifetime;
  readonly epochs: readonly number[] | undefined;
  readonly loadMs: number;
  readonly storedAt: number;
  /** Monotonic time since which the value ages. */
  readonly bornAt: number;
  /** Monotonic time at which it was known to be current. */
  readonly confirmedAt: number;
  readonly source: string;
  readonly schemaVersion: string;
}

/** A value that this process has just got. */
export interface Fresh {
  readonly payload: Payload;
  readonly lifetime: Lifetime;
  /** The epochs from before it was loaded; without them it stays in this process. */
  readonly epochs: readonly number[] | undefined;
  readonly loadMs: number;
  /** Now, on the shared clock. */
  readonly storedAt: number;
  /** Monotonic time before the load. */
  readonly askedAt: number;
}

/** Brings values into the tiers. */
export class Keeping {
  readonly #options: KeepingOptions;

  constructor(options: KeepingOptions) {
    this.#options = options;
  }

  /** Whether Redis is in use now. */
  get sharing(): boolean {
    return this.#options.shared?.link.trusted ?? false;
  }

  /** Takes an entry of the shared tier over into the in-process one. */
  adopt(question: Question, snapshot: CellSnapshot, entry: StoredEntry, askedAt: number): Loaded {
    const { shared, clock } = this.#options;
    const { ttlMs, staleMs, loadMs } = entry;
    const age = Math.max(0, (shared?.now() ?? entry.storedAt) - entry.storedAt);
    const bornAt = clock.monotonic() - age;
    const value = new StoredValue(entry.payload());
    const epochs: number[] = [];
    for (let index = 0; index < entry.epochCount; index += 1) {
      epochs.push(entry.epoch(index));
    }
    const { source, schemaVersion, storedAt } = entry;
    this.#keepLocal(question, snapshot, {
      value,
      lifetime: { ttlMs, staleMs },
      epochs,
      loadMs,
      storedAt,
      bornAt,
      confirmedAt: askedAt,
      source,
      schemaVersion,
    });
    return { value, bornAt, stale: age >= ttlMs, tier: 'shared' };
  }

  /** Whether this read, by chance, is the one that loads a still fresh entry anew. */
  refreshesEarly(entry: StoredEntry): boolean {
    const age = (this.#options.shared?.now() ?? entry.storedAt) - entry.storedAt;
    return age >= refreshTime(entry.ttlMs, entry.loadMs);
  }

  /** Keeps a value in the in-process tier. With Redis in use that needs epochs: no epochs, no entry. */
  keepFresh(question: Question, snapshot: CellSnapshot, value: StoredValue, fresh: Fresh): void {
    if (fresh.epochs === undefined && this.sharing) {
      return;
    }
    const { source = '', schemaVersion = '' } = question.options;
    const { lifetime, epochs, loadMs, storedAt, askedAt } = fresh;
    this.#keepLocal(question, snapshot, {
      value,
      lifetime,
      epochs,
      loadMs,
      storedAt,
      bornAt: this.#options.clock.monotonic(),
      confirmedAt: askedAt,
      source,
      schemaVersion,
    });
  }

  /**
   * Stores a value in Redis; resolves to whether it is there.
   * @throws when Redis fails
   */
  share({ plan, options }: Question, fresh: Fresh): Promise<boolean> {
    const { shared } = this.#options;
    const { lifetime, epochs, loadMs, storedAt, payload } = fresh;
    if (shared === undefined || epochs === undefined || !shared.link.trusted) {
      return Promise.resolve(false);
    }
    const { ttlMs, staleMs } = lifetime;
    const { source = '', schemaVersion = '' } = options;
    const { tags } = plan;
    const header = { storedAt, ttlMs, staleMs, loadMs, schemaVersion, source, tags, epochs };
    return shared.store(plan, epochs, encodeEntry(header, payload), ttlMs + staleMs);
  }

  #keepLocal(question: Question, snapshot: CellSnapshot, kept: Kept): void {
    const { local, switches, shared, limits } = this.#options;
    if (switches.bypassReason !== null) {
      return;
    }
    const { value, lifetime, epochs, loadMs, storedAt, bornAt, confirmedAt, source, schemaVersion } = kept;
    const freshUntil = bornAt + lifetime.ttlMs;
    const refreshAt = refreshTime(freshUntil, loadMs);
    const confirmedUntil = shared === undefined ? Infinity : confirmedAt + limits.localAgeMs;
    snapshot.epochs = epochs;
    local.keep({
      value,
      plan: question.plan,
      snapshot,
      epochs,
      loadedAt: bornAt,
      storedAt,
      freshUntil,
      staleUntil: freshUntil + lifetime.staleMs,
      refreshAt,
      confirmedUntil,
      servedUntil: Math.min(confirmedUntil, refreshAt),
      schemaVersion,
      source,
    });
  }
}
