import type { Cacheable } from './cache.js';
import type { CacheParts } from './cache-parts.js';
import { dependenciesOf } from './dependencies.js';
import type { CellSnapshot } from './dependency-cells.js';
import { judgeEntry, sameEpochs } from './entry-check.js';
import type { Flight, Loaded } from './load-flights.js';
import type { LocalEntry } from './local-tier.js';
import type { EntryOptions, ReadOptions } from './options.js';
import { questionOf, type Question } from './question.js';
import type { SharedTier } from './shared-tier.js';
import type { CopiedValue } from './stored-value.js';
import { TagHints } from './tag-hints.js';

type Epochs = readonly (number | undefined)[];

/** What a look into both tiers gave. */
interface Look {
  /** Something to serve. */
  readonly found?: Loaded;
  /** It is to be loaded anew in the background. */
  readonly refresh?: boolean;
  /** The live epochs, when Redis answered. */
  readonly epochs?: Epochs;
}

/** Reads that the in-process tier alone cannot answer. */
export class Reading {
  readonly #parts: CacheParts;
  readonly #hints = new TagHints();

  constructor(parts: CacheParts) {
    this.#parts = parts;
  }

  /**
   * The value from either tier, or loaded.
   * @throws what the loader throws
   */
  async readThrough(
    key: string,
    loader: () => Promise<Cacheable>,
    options: EntryOptions,
  ): Promise<CopiedValue> {
    const { statistics, clock } = this.#parts;
    const question = questionOf(key, options.tags, options, statistics);
    const startedAt = clock.monotonic();
    const loaded = await this.#answer(question, loader);
    this.#served(question, loaded, startedAt);
    return loaded.value;
  }

  /** The value from either tier. */
  async find(key: string, options: ReadOptions): Promise<CopiedValue | undefined> {
    const { statistics, clock, cells } = this.#parts;
    const tags = options.tags ?? this.#hints.of(key);
    const question = questionOf(key, tags, options, statistics);
    const startedAt = clock.monotonic();
    const { names } = question.dependencies;
    const snapshot = cells.acquire(names);
    const { found } = await this.#look(question, snapshot, false);
    cells.release(names, snapshot);
    if (found === undefined || found.stale) {
      question.counters.misses += 1;
      question.counters.latency.record(clock.monotonic() - startedAt);
      return undefined;
    }
    this.#served(question, found, startedAt);
    return found.value;
  }

  #served(question: Question, loaded: Loaded, startedAt: number): void {
    const { clock } = this.#parts;
    const now = clock.monotonic();
    question.counters.latency.record(now - startedAt);
    question.options.onServed?.({
      tier: loaded.tier,
      stale: loaded.stale,
      ageMs: Math.max(0, now - loaded.bornAt),
    });
  }

  async #answer(question: Question, loader: () => Promise<Cacheable>): Promise<Loaded> {
    const { cells, flights, switches } = this.#parts;
    const { key, names } = question.dependencies;
    const strict = question.strict && !switches.alone;
    if (!strict && this.#parts.local.peek(key) === undefined) {
      const flight = flights.joinable(key, undefined, false);
      if (flight !== undefined) {
        question.counters.coalesced += 1;
        return flight.result;
      }
    }
    for (;;) {
      const snapshot = cells.acquire(names);
      const { found, refresh, epochs } = await this.#look(question, snapshot, true);
      if (found !== undefined) {
        if (refresh) {
          this.#refresh(question, loader, snapshot, epochs);
        } else {
          cells.release(names, snapshot);
        }
        return found;
      }
      const flight = flights.joinable(key, epochs, strict);
      if (flight !== undefined) {
        cells.release(names, snapshot);
        question.counters.coalesced += 1;
        return flight.result;
      }
      const running = flights.current(key);
      if (running !== undefined && strict && epochs === undefined) {
        // Without Redis a strict caller shares the next load, which begins when this one has ended.
        cells.release(names, snapshot);
        await running.result.catch(() => {});
        continue;
      }
      return this.#start(question, loader, snapshot, epochs).result;
    }
  }

  #start(
    question: Question,
    loader: () => Promise<Cacheable>,
    snapshot: CellSnapshot,
    epochs: Epochs | undefined,
  ): Flight {
    const { flights, loading, backoff, clock, switches } = this.#parts;
    const { dependencies } = question;
    const standing =
      question.strict && !switches.alone ? undefined : backoff.standing(dependencies.key, clock.monotonic());
    return flights.start(dependencies, snapshot, (flight) =>
      standing === undefined
        ? loading.load(flight, question, loader, epochs)
        : Promise.reject(standing.error),
    );
  }

  /** Loads anew in the background; what is wrong with that shows in the counters. */
  #refresh(
    question: Question,
    loader: () => Promise<Cacheable>,
    snapshot: CellSnapshot,
    epochs: Epochs | undefined,
  ): void {
    const { cells, flights, backoff, clock } = this.#parts;
    const { key, names } = question.dependencies;
    if (
      flights.joinable(key, epochs, false) !== undefined ||
      backoff.standing(key, clock.monotonic()) !== undefined
    ) {
      cells.release(names, snapshot);
      return;
    }
    this.#start(question, loader, snapshot, epochs).result.catch(() => {
      question.counters.errors += 1;
    });
  }

  /** Looks into the in-process tier, and into Redis where that is needed. */
  async #look(question: Question, snapshot: CellSnapshot, hedged: boolean): Promise<Look> {
    const { local, redis, clock, cells, switches } = this.#parts;
    const { key } = question.dependencies;
    const entry = local.find(key);
    const usable =
      entry !== undefined &&
      switches.bypassReason === null &&
      entry.snapshot.isCurrent(cells.changes) &&
      local.answers(entry, question.options)
        ? entry
        : undefined;
    if (usable !== undefined && switches.servesLocal(question.strict)) {
      const now = clock.monotonic();
      if (now < usable.confirmedUntil && this.#servesAged(usable, question, now)) {
        return this.#localHit(usable, question, now, undefined);
      }
    }
    const shared = redis?.shared;
    if (
      shared === undefined ||
      !shared.link.trusted ||
      redis?.invalidations.holdsBack(question.dependencies.names)
    ) {
      return {};
    }
    return usable?.epochs === undefined
      ? this.#lookShared(question, shared, snapshot, hedged)
      : this.#confirmLocal(question, shared, snapshot, hedged, usable, usable.epochs);
  }

  #servesAged(entry: LocalEntry, question: Question, now: number): boolean {
    return now < (question.strict ? entry.freshUntil : entry.staleUntil);
  }

  #localHit(entry: LocalEntry, question: Question, now: number, epochs: Epochs | undefined): Look {
    const stale = now >= entry.freshUntil;
    const { counters } = question;
    if (stale) {
      counters.staleHits += 1;
    } else if (epochs === undefined) {
      counters.localHits += 1;
    } else {
      counters.sharedHits += 1;
    }
    return {
      found: {
        value: entry.value,
        bornAt: entry.loadedAt,
        stale,
        tier: epochs === undefined ? 'local' : 'shared',
      },
      refresh: now >= entry.refreshAt,
      ...(epochs === undefined ? {} : { epochs }),
    };
  }

  /** Asks Redis only whether the epochs of an in-process entry still hold. */
  async #confirmLocal(
    question: Question,
    shared: SharedTier,
    snapshot: CellSnapshot,
    hedged: boolean,
    entry: LocalEntry,
    stored: readonly number[],
  ): Promise<Look> {
    const { clock, cells, limits, local } = this.#parts;
    const askedAt = clock.monotonic();
    const read = await shared.read(entry.dependencies, false, hedged);
    if (read === undefined) {
      return {};
    }
    snapshot.epochs = this.#ownEpochs(question, entry, read.epochs);
    if (!sameEpochs(stored, read.epochs) || !snapshot.isCurrent(cells.changes)) {
      local.drop(question.dependencies.key);
      return this.#lookShared(question, shared, snapshot, hedged);
    }
    const now = clock.monotonic();
    entry.confirmedUntil = askedAt + limits.localAgeMs;
    entry.servedUntil = Math.min(entry.confirmedUntil, entry.refreshAt);
    if (!this.#servesAged(entry, question, now)) {
      return { epochs: this.#ownEpochs(question, entry, read.epochs) };
    }
    return this.#localHit(entry, question, now, this.#ownEpochs(question, entry, read.epochs));
  }

  /** The epochs in the order of the question, which may name fewer tags than the entry has. */
  #ownEpochs(question: Question, entry: LocalEntry, live: Epochs): Epochs {
    const { names } = question.dependencies;
    if (names.length === live.length) {
      return live;
    }
    return names.map((name) => live[entry.dependencies.names.indexOf(name)]);
  }

  async #lookShared(
    question: Question,
    shared: SharedTier,
    snapshot: CellSnapshot,
    hedged: boolean,
  ): Promise<Look> {
    const { clock, loading } = this.#parts;
    const { dependencies, options, counters } = question;
    const askedAt = clock.monotonic();
    const read = await shared.read(dependencies, true, hedged);
    if (read === undefined) {
      counters.errors += 1;
      return {};
    }
    const { entry, epochs } = read;
    snapshot.epochs = epochs;
    if (entry === undefined || entry === 'corrupt') {
      counters.errors += entry === 'corrupt' ? 1 : 0;
      return { epochs };
    }
    const state = judgeEntry(entry, dependencies, epochs, options.schemaVersion, shared.now());
    if (state === 'other-tags' && dependencies.tags.every((tag) => entry.tags.includes(tag))) {
      return this.#lookWithTags(question, shared, snapshot, hedged, entry.tags, epochs);
    }
    if (state === 'other-shape') {
      counters.errors += 1;
    }
    if (state !== 'fresh' && (state !== 'stale' || question.strict)) {
      return { epochs };
    }
    const found = loading.adopt(question, { snapshot }, entry, askedAt);
    if (found.stale) {
      counters.staleHits += 1;
    } else {
      counters.sharedHits += 1;
    }
    return { found, refresh: found.stale || loading.refreshesEarly(entry), epochs };
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
    const { cells } = this.#parts;
    const { key } = question.dependencies;
    const dependencies = dependenciesOf(key, tags);
    this.#hints.remember(key, tags);
    const wider = cells.acquire(dependencies.names);
    const look = await this.#lookShared({ ...question, dependencies }, shared, wider, hedged);
    const unchanged = snapshot.isCurrent(cells.changes);
    cells.release(dependencies.names, wider);
    return look.found !== undefined && unchanged ? { ...look, epochs } : { epochs };
  }
}
