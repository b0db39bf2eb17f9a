import { randomUUID } from 'node:crypto';
import type { InvalidationOutcome } from './cache.js';
import type { Changes } from './changes.js';
import { everything, keyDependency, patternDependency, tagDependency } from './dependencies.js';
import { epochText, newEpoch } from './epoch.js';
import type { InvalidationJournal, PendingInvalidation } from './journal.js';
import type { CacheLimits, CacheLogger, Touch } from './options.js';
import { withDeadline } from './redis/deadline.js';
import type { RedisLink } from './redis/link.js';
import type { RedisArgument, RedisPort, RedisScript } from './redis/port.js';
import { finishScript, invalidateScript, markScript } from './redis/scripts.js';
import type { SharedTier } from './shared-tier.js';

/** One invalidation on its way to Redis. */
interface Ticket {
  readonly names: readonly string[];
  /** What stands, or is to stand, in the journal; absent for "everything". */
  readonly invalidation: PendingInvalidation | undefined;
  /** In the journal, to be settled there. */
  journalIds: readonly string[];
}

/** Dependencies in one call of a script. */
const chunk = 200;
/** Unconfirmed invalidations beyond which this process waits to invalidate everything instead. */
const mostTickets = 10_000;
const journalPage = 500;
/** Time for one round of confirming what is pending. */
const drainMs = 1_000;
/** Beyond so many dependencies other processes drop their whole in-process tier instead. */
const mostAnnounced = 500;

/** The dependencies a touch names. @throws TypeError for a bad key, tag or pattern */
export function touchedNames(touch: Touch): string[] {
  return [
    ...(touch.keys ?? []).map(keyDependency),
    ...(touch.tags ?? []).map(tagDependency),
    ...(touch.patterns ?? []).map(patternDependency),
  ];
}

/** A touch as it stands in the journal. */
export function pendingInvalidation(touch: Touch): PendingInvalidation {
  const { keys = [], tags = [], patterns = [] } = touch;
  return { id: randomUUID(), keys, tags, patterns };
}

/** A row of another version of the program may say what this one does not understand: then, everything. */
function namesInJournal(invalidation: PendingInvalidation): readonly string[] {
  try {
    return touchedNames(invalidation);
  } catch {
    return [everything];
  }
}

export interface InvalidationsOptions {
  readonly shared: SharedTier;
  readonly changes: Changes;
  readonly limits: CacheLimits;
  readonly journal: InvalidationJournal | undefined;
  readonly logger: CacheLogger | undefined;
  /** Tells this process. */
  readonly changed: (names: readonly string[]) => void;
  readonly retryAttempts: number;
  readonly retryDelayMs: number;
}

/** Brings invalidations to Redis, and keeps those that did not arrive until they do. */
export class Invalidations {
  readonly #options: InvalidationsOptions;
  readonly #link: RedisLink;
  readonly #tickets = new Set<Ticket>();
  /** How many tickets hold each dependency back: what depends on it is not read from Redis. */
  readonly #held = new Map<string, number>();
  #journalFailed = false;
  #retry: NodeJS.Timeout | undefined;
  #attempts = 0;

  constructor(options: InvalidationsOptions) {
    this.#options = options;
    this.#link = options.shared.link;
  }

  get pending(): number {
    return this.#tickets.size;
  }

  /** Whether Redis may still hold an old epoch for one of these. */
  holdsBack(names: readonly string[]): boolean {
    return (
      this.#tickets.size > 0 && (this.#held.has(everything) || names.some((name) => this.#held.has(name)))
    );
  }

  /** Invalidates in Redis; answers within `invalidateMs` and goes on in the background. */
  issue(touch: Touch, journalIds: readonly string[]): Promise<InvalidationOutcome> {
    const invalidation = journalIds.length === 0 ? pendingInvalidation(touch) : undefined;
    return this.#issue({ names: touchedNames(touch), invalidation, journalIds });
  }

  clear(): Promise<InvalidationOutcome> {
    return this.#issue({ names: [everything], invalidation: undefined, journalIds: [] });
  }

  /** Marks what a writer is about to change; `undefined` when Redis could not be told. */
  async mark(names: readonly string[]): Promise<string | undefined> {
    const writer = randomUUID();
    return (await this.renewMark(names, writer)) ? writer : undefined;
  }

  async renewMark(names: readonly string[], writer: string): Promise<boolean> {
    const { limits, shared, changes } = this.#options;
    if (!this.#link.trusted) {
      return false;
    }
    try {
      await this.#link.ask(
        (port) =>
          this.#eachChunk(port, markScript, names, [writer, limits.writeMarkMs], () => changes.next(names)),
        limits.commandMs,
      );
      shared.remember(names, undefined);
      return true;
    } catch {
      return false;
    }
  }

  /** Invalidates what a writer changed, and takes its mark away. */
  finish(invalidation: PendingInvalidation, writer: string | undefined): Promise<InvalidationOutcome> {
    const names = touchedNames(invalidation);
    return this.#issue({ names, invalidation, journalIds: [invalidation.id] }, writer);
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#tickets.clear();
    this.#held.clear();
  }

  /**
   * Confirms everything that is pending, here and in the journal.
   * @throws when Redis or the journal fails
   */
  async drain(port: RedisPort): Promise<number> {
    return (await this.#drainTickets(port)) + (await this.#drainJournal(port));
  }

  async #drainJournal(port: RedisPort): Promise<number> {
    const { journal } = this.#options;
    const seen = new Set<string>();
    for (;;) {
      const page = journal === undefined ? [] : await journal.pending(journalPage);
      const fresh = page.filter(({ id }) => !seen.has(id));
      if (fresh.length === 0) {
        return seen.size;
      }
      const names = new Set<string>();
      for (const invalidation of fresh) {
        seen.add(invalidation.id);
        for (const name of namesInJournal(invalidation)) {
          names.add(name);
        }
      }
      // What others left behind, this process has not heard of either.
      this.#options.changed([...names]);
      await withDeadline(this.#carryOut(port, [...names], undefined), drainMs);
      await journal?.settle(fresh.map(({ id }) => id));
    }
  }

  async #issue(ticket: Ticket, writer?: string): Promise<InvalidationOutcome> {
    this.#hold(ticket);
    const { limits, journal } = this.#options;
    // What remains of the time is for the journal, when the change has not stored it there already.
    const toAppend = journal !== undefined && ticket.invalidation !== undefined;
    const forRedis = toAppend ? limits.invalidateMs * 0.6 : limits.invalidateMs;
    try {
      if (!this.#link.trusted) {
        return await this.#postpone(ticket, limits.invalidateMs);
      }
      await this.#link.ask((port) => this.#carryOut(port, ticket.names, writer), forRedis);
    } catch {
      return this.#postpone(ticket, limits.invalidateMs - forRedis);
    }
    this.#release(ticket);
    void this.#settle(ticket.journalIds);
    return 'confirmed';
  }

  async #carryOut(port: RedisPort, names: readonly string[], writer: string | undefined) {
    const { shared, changes, limits } = this.#options;
    const epoch = newEpoch();
    const text = epochText(epoch);
    const announced = names.length > mostAnnounced ? [everything] : names;
    const message = (): string => changes.next(announced, epoch);
    if (writer === undefined) {
      const lifetime = names.includes(everything) ? 0 : limits.epochMs;
      await this.#eachChunk(port, invalidateScript, names, [text, lifetime], message);
    } else {
      await this.#eachChunk(port, finishScript, names, [writer, text, limits.epochMs], message);
    }
    shared.remember(names, writer === undefined ? epoch : undefined);
  }

  /**
   * Runs a script over the dependencies and tells the other processes, in this order: whoever
   * hears of the change finds the new epoch.
   */
  async #eachChunk(
    port: RedisPort,
    script: RedisScript,
    names: readonly string[],
    parts: readonly RedisArgument[],
    message: () => string,
  ): Promise<void> {
    const { shared } = this.#options;
    const keys = names.map((name) => shared.names.epoch(name));
    if (port.clustered) {
      await Promise.all(keys.map((key) => port.run(script, [key], [...parts, '', ''])));
      await port.send([['PUBLISH', shared.names.channel, message()]]);
      return;
    }
    for (let from = chunk; from < keys.length; from += chunk) {
      await port.run(script, keys.slice(from, from + chunk), [...parts, '', '']);
    }
    await port.run(script, keys.slice(0, chunk), [...parts, shared.names.channel, message()]);
  }

  #hold(ticket: Ticket): void {
    this.#tickets.add(ticket);
    for (const name of ticket.names) {
      this.#held.set(name, (this.#held.get(name) ?? 0) + 1);
    }
  }

  #release(ticket: Ticket): void {
    if (!this.#tickets.delete(ticket)) {
      return;
    }
    for (const name of ticket.names) {
      const held = (this.#held.get(name) ?? 1) - 1;
      if (held === 0) {
        this.#held.delete(name);
      } else {
        this.#held.set(name, held);
      }
    }
  }

  async #postpone(ticket: Ticket, milliseconds: number): Promise<'pending'> {
    if (this.#tickets.size > mostTickets) {
      this.#collapse();
    }
    this.#scheduleRetry();
    await this.#append(ticket, milliseconds);
    return 'pending';
  }

  /** Too many to remember one by one: everything is invalidated when Redis is back. */
  #collapse(): void {
    this.#tickets.clear();
    this.#held.clear();
    this.#hold({ names: [everything], invalidation: undefined, journalIds: [] });
  }

  /** Tries again `retryAttempts` times, then five times slower; a Redis that returns is served at once by `drain`. */
  #scheduleRetry(): void {
    if (this.#retry !== undefined || this.#tickets.size === 0) {
      return;
    }
    const { retryAttempts, retryDelayMs } = this.#options;
    const delay = this.#attempts < retryAttempts ? retryDelayMs : 5 * retryDelayMs;
    this.#retry = setTimeout(() => {
      this.#attempts += 1;
      this.#retry = undefined;
      void this.#retryAll();
    }, delay);
    this.#retry.unref();
  }

  async #retryAll(): Promise<void> {
    if (this.#link.trusted) {
      const askedAt = performance.now();
      try {
        await this.#drainTickets(this.#link.port);
      } catch (error) {
        this.#link.failed(error, askedAt);
      }
    }
    this.#scheduleRetry();
  }

  async #drainTickets(port: RedisPort): Promise<number> {
    const tickets = [...this.#tickets];
    const names = new Set(tickets.flatMap((ticket) => ticket.names));
    if (names.size === 0) {
      return 0;
    }
    await withDeadline(this.#carryOut(port, [...names], undefined), drainMs);
    for (const ticket of tickets) {
      this.#release(ticket);
    }
    this.#attempts = 0;
    await this.#settle(tickets.flatMap((ticket) => ticket.journalIds));
    return tickets.length;
  }

  async #append(ticket: Ticket, milliseconds: number): Promise<void> {
    const { journal } = this.#options;
    const { invalidation } = ticket;
    if (journal === undefined || invalidation === undefined) {
      return;
    }
    const store = async (): Promise<void> => {
      await journal.append(invalidation);
      ticket.journalIds = [invalidation.id];
      this.#journalWorks();
    };
    try {
      await withDeadline(store(), milliseconds);
    } catch (error) {
      this.#reportJournal(error);
    }
  }

  async #settle(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) {
      return;
    }
    try {
      await this.#options.journal?.settle(ids);
      this.#journalWorks();
    } catch (error) {
      // It stays in the journal and is replayed once more, which does no harm.
      this.#reportJournal(error);
    }
  }

  #journalWorks(): void {
    this.#journalFailed = false;
  }

  #reportJournal(error: unknown): void {
    if (!this.#journalFailed) {
      this.#journalFailed = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.logger?.warn(`the journal of pending invalidations does not answer: ${reason}`);
    }
  }
}
