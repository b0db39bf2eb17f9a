import { hostname } from 'node:os';
import type { Cache } from '@slimy/cache';
import { randomId, type Repositories } from '@slimy/db';
import { SECOND, type Clock } from '../clock.js';
import type { Logger } from '../logger.js';

const BEAT_MS = 2 * SECOND;
/** Seconds without a sign of life after which a process is taken for gone. */
const GONE_SECONDS = (5 * BEAT_MS) / SECOND;
/** Longer than a beat: by then every other process has noticed this one. */
const NOTICED_MS = BEAT_MS + SECOND / 2;

interface PresenceParts {
  readonly repositories: Repositories;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Lets processes that share a database but no Redis know of each other. They do not hear of each other's
 * changes, so while there is more than one, none serves from its in-process cache.
 */
export class Presence {
  readonly #parts: PresenceParts;
  readonly #self: Parameters<Repositories['processes']['beat']>[0];
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #others = 0;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#self = {
      id: randomId(),
      kind: 'server',
      hostName: hostname().slice(0, 255),
      pid: process.pid,
      startedAt: parts.clock.now(),
    };
  }

  /** Announces this process; resolves when every other one has had time to notice it. */
  async start(): Promise<void> {
    await this.#beat();
    this.#timer = setInterval(() => {
      this.#beating ??= this.#beat()
        .catch((error: unknown) => {
          // Silent for too long, the others would serve from memory again while this one cannot know.
          this.#alone(1);
          this.#parts.logger.debug({ err: error }, 'a sign of life was not written');
        })
        .finally(() => {
          this.#beating = undefined;
        });
    }, BEAT_MS);
    this.#timer.unref();
    if (this.#others > 0) await new Promise((resolve) => setTimeout(resolve, NOTICED_MS));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    // Whether the row goes now or is found silent later makes no difference to the others' right answers.
    await this.#parts.repositories.processes.remove(this.#self.id).catch(() => undefined);
  }

  async #beat(): Promise<void> {
    const { processes } = this.#parts.repositories;
    await processes.beat(this.#self);
    await processes.removeSilent(60 * GONE_SECONDS);
    this.#alone(await processes.others(this.#self.id, GONE_SECONDS));
  }

  #alone(others: number): void {
    const { cache, logger } = this.#parts;
    if (others > 0 === this.#others > 0) return;
    this.#others = others;
    cache.bypassLocal(
      others > 0 ? 'other processes work on the same database, and there is no Redis to hear them by' : null,
    );
    if (others > 0) {
      logger.warn(
        { others },
        'Other server processes share this database without Redis: nothing is cached while they run. Set REDIS_URL.',
      );
    } else logger.info({}, 'This process is alone again and caches in memory');
  }
}
