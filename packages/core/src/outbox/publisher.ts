import type { Cache, Signals } from '@slimy/cache';
import type { Repositories } from '@slimy/db';
import { SECOND, type Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { CommittedFacts } from '../write/write-path.js';

/** Facts younger than this are left to the process that wrote them. */
const GRACE_MS = SECOND;
const SWEEP_EVERY_MS = SECOND;
/** How long facts taken by one process are left alone by the others. */
const CLAIM_MS = 5 * SECOND;
const SWEEP_AT_ONCE = 200;

interface OutboxPublisherParts {
  readonly repositories: Repositories;
  readonly cache: Cache;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the cache is in this process alone, so that it has no journal of its own to replay. */
  readonly alone: boolean;
  /** A name of this process that no other has. */
  readonly owner: string;
}

/**
 * Publishes committed facts: at once those of this process, after a second those that any process left behind.
 * Publishing only wakes; readers look into the database, so doing it twice does no harm.
 */
export class OutboxPublisher {
  readonly #parts: OutboxPublisherParts;
  readonly #published: string[] = [];
  #marking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;
  #databaseAway = false;

  constructor(parts: OutboxPublisherParts) {
    this.#parts = parts;
  }

  /** Sweeps every second, until `stop`. */
  start(): void {
    this.#timer = setInterval(() => {
      this.#sweeping ??= this.sweep()
        .then(() => this.#noteDatabase(true))
        .catch((error: unknown) => this.#noteDatabase(false, error))
        .finally(() => {
          this.#sweeping = undefined;
        });
    }, SWEEP_EVERY_MS);
    this.#timer.unref();
  }

  /** Ends the sweeping and notes what is published. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
    await this.#marking;
  }

  /** Publishes what a change of this process has just committed. */
  publish({ ids, rooms }: CommittedFacts): void {
    for (const room of rooms) this.#parts.signals.publish(room, '');
    this.#published.push(...ids);
    this.#marking ??= this.#mark().finally(() => {
      this.#marking = undefined;
    });
  }

  /** Publishes what stands unpublished for a second, whoever wrote it; gives how many facts that were. */
  async sweep(): Promise<number> {
    const { repositories, cache, signals, clock, owner, alone } = this.#parts;
    const now = clock.now();
    const claim = { owner, now, until: new Date(now.getTime() + CLAIM_MS) };
    const before = new Date(now.getTime() - GRACE_MS);
    const replayed = alone ? await this.#replayAlone(before) : await cache.replay();
    const facts = await repositories.outbox.claimUnpublished(before, claim, SWEEP_AT_ONCE);
    if (facts.length === 0) return replayed;
    for (const room of new Set(facts.map((fact) => fact.room))) {
      if (room !== null) signals.publish(room, '');
    }
    await repositories.outbox.markPublished(
      facts.map(({ id }) => id),
      now,
    );
    return replayed + facts.length;
  }

  /** Carries out, in the cache of this process, what a process that is gone had no time to. */
  async #replayAlone(writtenBefore: Date): Promise<number> {
    const { repositories, cache, clock } = this.#parts;
    const left = await repositories.outbox.unsettledInvalidations(SWEEP_AT_ONCE, writtenBefore);
    for (const { keys, tags, patterns } of left) await cache.invalidate({ keys, tags, patterns });
    const ids = left.map(({ id }) => id);
    if (ids.length > 0) await repositories.outbox.markPublished(ids, clock.now());
    return ids.length;
  }

  /** Notes published facts together, off the way of the change they belong to. */
  async #mark(): Promise<void> {
    const { repositories, clock, logger } = this.#parts;
    while (this.#published.length > 0) {
      const ids = this.#published.splice(0, SWEEP_AT_ONCE);
      try {
        await repositories.outbox.markPublished(ids, clock.now());
      } catch (error) {
        logger.debug({ err: error }, 'published facts were not noted; the sweeper publishes them again');
      }
    }
  }

  /** One line when the database goes, one when it is back. */
  #noteDatabase(there: boolean, error?: unknown): void {
    if (there !== this.#databaseAway) return;
    this.#databaseAway = !there;
    if (there) this.#parts.logger.info({}, 'The outbox is swept again: the database answers');
    else this.#parts.logger.warn({ err: error }, 'The outbox waits: the database does not answer');
  }
}
