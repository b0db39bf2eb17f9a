import type { Cacheable } from './cache.js';
import type { CacheParts } from './cache-parts.js';
import type { CellSnapshot } from './dependency-cells.js';
import { judgeEntry, sameEpochs } from './entry-check.js';
import { publishDamage } from './events.js';
import type { Flight, Loaded } from './load-flights.js';
import type { LocalEntry } from './local-tier.js';
import type { EntryOptions, ReadOptions } from './options.js';
import { questionOf, type Question } from './question.js';
import type { SharedTier } from './shared-tier.js';
import type { CopiedValue } from './stored-value.js';
import { TagHints } from './tag-hints.js';

type Epochs = readonly (number | undefined)[];
type Loader = () => Promise<Cacheable>;

/** What a look into both tiers gave. */
interface Look {
  /** Something to serve. */
  readonly found: Loaded | undefined;
  /** It is to be loaded anew in the background. */
  readonly refresh: boolean;
  /** The live epochs, when Redis answered. */
  readonly epochs: Epochs | undefined;
  /** The in-process entry that was found without asking Redis. */
  readonly held?: LocalEntry;
}

const nothing: Look = { found: undefined, refresh: false, epochs: undefined };

/** Reads that the in-process tier cannot answer just so. */
export class Reading {
  readonly #parts: CacheParts;
  readonly #hints = new TagHints();

  constructor(parts: CacheParts) {
    this.#parts = parts;
  }

  /**
   * A copy of the value from either tier, or loaded.
   * @throws what the loader throws
   */
  async readThrough(key: string, loader: Loader, options: EntryOptions): Promise<CopiedValue> {
    const { plans, clock, cells, flights, switches, local } = this.#parts;
    const question = questionOf(plans.of(key, options.tags), options);
    const startedAt = clock.monotonic();
    const { names, counters } = question.plan;
    const confirmed = question.confirmed && !switches.alone;
    if (!confirmed && local.peek(key) === undefined) {
      const flight = flights.joinable(key, undefined, false);
      if (flight !== undefined) {
        counters.coalesced += 1;
        const withoutRedis = flight.began && flight.epochs === undefined;
        const loaded = withoutRedis ? this.#sooner(question, flight.result) : flight.result;
        return this.#serve(question, await loaded, startedAt);
      }
    }
    for (;;) {
      const snapshot = cells.acquire(names);
      const { found, refresh, epochs, held } = await this.#look(question, snapshot, true);
      if (found !== undefined) {
        snapshot.release();
        if (refresh) {
          this.#refresh(question, loader, epochs, held);
        }
        return this.#serve(question, found, startedAt);
      }
      const sooner = <T>(work: Promise<T>) => (epochs === undefined ? this.#sooner(question, work) : work);
      const flight = flights.joinable(key, epochs, confirmed);
      if (flight !== undefined) {
        snapshot.release();
        counters.coalesced += 1;
        return this.#serve(question, await sooner(flight.result), startedAt);
      }
      const running = flights.current(key);
      if (running !== undefined && confirmed && epochs === undefined) {
        // Without Redis such a caller shares the next load, which begins when this one has ended.
        snapshot.release();
        const ended = () => undefined;
        const late = await sooner(running.result.then(ended, ended));
        if (late === undefined) {
          continue;
        }
        return this.#serve(question, late, startedAt);
      }
      const load = (flight: Flight) => this.#parts.loading.load(flight, question, loader, epochs);
      const loaded = await sooner(this.#start(question, snapshot, load).result);
      return this.#serve(question, loaded, startedAt);
    }
  }

  /**
   * Whichever comes first: the work, or the answer of a Redis that was only late. What Redis holds is then served
   * although the database that the work waits for is slow or away.
   * @throws what the work throws, when Redis has nothing to serve either
   */
  async #sooner<T>(question: Question, work: Promise<T>): Promise<T | Loaded> {
    const { redis, cells } = this.#parts;
    if (redis === undefined || !redis.link.trusted) {
      return work;
    }
    const snapshot = cells.acquire(question.plan.names);
    const late = this.#look(question, snapshot, false).then(({ found }): Promise<T | Loaded> => {
      snapshot.release();
      return found === undefined ? work : Promise.resolve(found);
    });
    return Promise.any([work, late]).catch(() => work);
  }

  /** The value from either tier. */
  async find(key: string, options: ReadOptions): Promise<CopiedValue | undefined> {
    const { plans, clock, cells } = this.#parts;
    const plan = plans.of(key, options.tags ?? this.#hints.of(key));
    const question = questionOf(plan, options);
    const startedAt = clock.monotonic();
    const snapshot = cells.acquire(plan.names);
    const { found } = await this.#look(question, snapshot, false);
    snapshot.release();
    if (found === undefined || found.stale) {
      plan.counters.misses += 1;
      plan.counters.latency.record(clock.monotonic() - startedAt);
      return undefined;
    }
    return this.#serve(question, found, startedAt);
  }

  #serve({ plan, options }: Question, loaded: Loaded, startedAt: number): CopiedValue {
    const now = this.#parts.clock.monotonic();
    plan.counters.latency.record(now - startedAt);
    if (options.onServed !== undefined) {
      const { tier, stale, bornAt } = loaded;
      options.onServed({ tier, stale, ageMs: Math.max(0, now - bornAt) });
    }
    return loaded.value;
  }

  #start(question: Question, snapshot: CellSnapshot, load: (flight: Flight) => Promise<Loaded>): Flight {
    const { flights, backoff, clock, switches } = this.#parts;
    const { key } = question.plan;
    const standing =
      question.confirmed && !switches.alone ? undefined : backoff.standing(key, clock.monotonic());
    return flights.start(key, snapshot, (flight) =>
      standing === undefined ? load(flight) : Promise.reject(standing.error),
    );
  }

  /** Loads anew in the background; what is wrong with that shows in the counters. */
  #refresh(
    question: Question,
    loader: Loader,
    epochs: Epochs | undefined,
    held: LocalEntry | undefined,
  ): void {
    const { flights, loading, backoff, clock, cells } = this.#parts;
    const { key, names, counters } = question.plan;
    if (
      flights.joinable(key, epochs, false) === undefined &&
      backoff.standing(key, clock.monotonic()) === undefined
    ) {
      // A snapshot of its own: the one of the entry just served must not learn newer epochs.
      const load = (flight: Flight) =>
        held === undefined
          ? loading.load(flight, question, loader, epochs)
          : loading.loadAnew(flight, question, loader, held.storedAt);
      this.#start(question, cells.acquire(names), load).result.catch(() => {
        counters.errors += 1;
      });
    }
  }

  /** Looks into the in-process tier, and into Redis where that is needed. */
  #look(question: Question, snapshot: CellSnapshot, hedged: boolean): Promise<Look> {
    const { redis, clock, switches } = this.#parts;
    const { plan } = question;
    const entry = this.#usable(question);
    if (entry !== undefined && switches.servesLocal(question.confirmed)) {
      const now = clock.monotonic();
      if (now < entry.confirmedUntil && this.#servesAged(entry, question, now)) {
        return Promise.resolve(this.#localHit(entry, question, now, undefined));
      }
    }
    if (redis === undefined || !redis.link.trusted || redis.invalidations.holdsBack(plan.names)) {
      return Promise.resolve(nothing);
    }
    return entry?.epochs === undefined
      ? this.#lookShared(question, redis.shared, snapshot, hedged)
      : this.#confirm(question, redis.shared, snapshot, hedged, entry, entry.epochs);
  }

  /** The in-process entry, unless it is known to be outdated or is none for this reader. */
  #usable({ plan, options }: Question): LocalEntry | undefined {
    const { local, switches } = this.#parts;
    const entry = local.find(plan.key);
    return entry !== undefined &&
      switches.bypassReason === null &&
      entry.snapshot.isCurrent() &&
      local.answers(entry, options)
      ? entry
      : undefined;
  }

  #servesAged(entry: LocalEntry, question: Question, now: number): boolean {
    return now < (question.servesAged ? entry.staleUntil : entry.freshUntil);
  }

  #localHit(entry: LocalEntry, { plan }: Question, now: number, epochs: Epochs | undefined): Look {
    const stale = now >= entry.freshUntil;
    if (stale) {
      plan.counters.staleHits += 1;
    } else if (epochs === undefined) {
      plan.counters.localHits += 1;
    } else {
      plan.counters.sharedHits += 1;
    }
    const tier = epochs === undefined ? 'local' : 'shared';
    const found: Loaded = { value: entry.value, bornAt: entry.loadedAt, stale, tier };
    const refresh = now >= entry.refreshAt;
    return epochs === undefined ? { found, refresh, epochs, held: entry } : { found, refresh, epochs };
  }

  /** Asks Redis only whether the epochs of an in-process entry still hold. */
  async #confirm(
    question: Question,
    shared: SharedTier,
    snapshot: CellSnapshot,
    hedged: boolean,
    entry: LocalEntry,
    stored: readonly number[],
  ): Promise<Look> {
    const { clock, limits, local } = this.#parts;
    const askedAt = clock.monotonic();
    const read = await shared.readEpochs(entry.plan, hedged);
    if (read === undefined) {
      return nothing;
    }
    const epochs = this.#ownEpochs(question, entry, read.epochs);
    snapshot.epochs = epochs;
    if (!sameEpochs(stored, read.epochs) || !snapshot.isCurrent()) {
      local.drop(question.plan.key);
      return this.#lookShared(question, shared, snapshot, hedged);
    }
    const now = clock.monotonic();
    entry.confirmedUntil = askedAt + limits.localAgeMs;
    entry.servedUntil = Math.min(entry.confirmedUntil, entry.refreshAt);
    return this.#servesAged(entry, question, now)
      ? this.#localHit(entry, question, now, epochs)
      : { found: undefined, refresh: false, epochs };
  }

  /** The epochs in the order of the question, which may name fewer tags than the entry has. */
  #ownEpochs({ plan }: Question, entry: LocalEntry, live: Epochs): Epochs {
    return plan.names.length === live.length
      ? live
      : plan.names.map((name) => live[entry.plan.names.indexOf(name)]);
  }

  async #lookShared(
    question: Question,
    shared: SharedTier,
    snapshot: CellSnapshot,
    hedged: boolean,
  ): Promise<Look> {
    const { clock, keeping } = this.#parts;
    const { plan, options } = question;
    const askedAt = clock.monotonic();
    const read = await shared.read(plan, hedged);
    if (read === undefined) {
      plan.counters.errors += 1;
      return nothing;
    }
    const { entry, epochs } = read;
    snapshot.epochs = epochs;
    if (entry === undefined || entry === 'corrupt') {
      if (entry === 'corrupt') {
        plan.counters.errors += 1;
        publishDamage(plan.key);
      }
      return { found: undefined, refresh: false, epochs };
    }
    const state = judgeEntry(entry, plan, epochs, options.schemaVersion, shared.now());
    if (state === 'other-tags' && plan.tags.every((tag) => entry.tags.includes(tag))) {
      return this.#lookWithTags(question, shared, snapshot, hedged, entry.tags, epochs);
    }
    if (state === 'other-shape') {
      plan.counters.errors += 1;
    }
    if (state !== 'fresh' && (state !== 'stale' || !question.servesAged)) {
      return { found: undefined, refresh: false, epochs };
    }
    const found = keeping.adopt(question, snapshot, entry, askedAt);
    if (found.stale) {
      plan.counters.staleHits += 1;
    } else {
      plan.counters.sharedHits += 1;
    }
    return { found, refresh: found.stale || keeping.refreshesEarly(entry), epochs };
  }

  /** The entry has tags that the question did not name: their epochs are asked too. */
  async #lookWithTags(
    question: Question,
    shared: SharedTier,
    snapshot: CellSnapshot,
    hedged: boolean,
    tags: readonly string[],
    epochs: Epochs,
  ): Promise<Look> {
    const { cells, plans } = this.#parts;
    this.#hints.remember(question.plan.key, tags);
    const plan = plans.of(question.plan.key, tags);
    const wider = cells.acquire(plan.names);
    const look = await this.#lookShared({ ...question, plan }, shared, wider, hedged);
    wider.release();
    return look.found !== undefined && snapshot.isCurrent()
      ? { ...look, epochs }
      : { found: undefined, refresh: false, epochs };
  }
}
