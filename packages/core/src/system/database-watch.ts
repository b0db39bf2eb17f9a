import type { Database } from '@slimy/db';
import { SECOND } from '../clock.js';
import { inServiceWords } from '../write/failures.js';

/** For so long after the database last answered, what the cache holds of sessions and roles counts as verified. */
const VERIFIED_MS = 30 * SECOND;
/** A database that nobody asked anything for so long is asked whether it is there. */
const QUIET_MS = 5 * SECOND;
const LOOK_MS = 2 * SECOND;

interface DatabaseWatchParts {
  readonly database: Pick<Database, 'contact' | 'health'>;
  /** Milliseconds that only ever grow, of the same origin as `performance.now()`. */
  readonly monotonic: () => number;
}

/**
 * Knows whether the database answers. Sessions and roles in the cache are true as long as nobody can have changed
 * them unheard, which is up to the moment at which the database last answered; some seconds longer people go on
 * with what was read before, then nobody does.
 */
export class DatabaseWatch {
  readonly #parts: DatabaseWatchParts;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> | undefined;

  constructor(parts: DatabaseWatchParts) {
    this.#parts = parts;
  }

  /** Begins to ask a database that is away, or that nobody else asks. */
  start(): void {
    this.#timer = setInterval(() => {
      const { away } = this.#parts.database.contact;
      if (away || this.#silentMs() > QUIET_MS) this.#ask().catch(() => undefined);
    }, LOOK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Seconds since the database last answered, while it is away; null while it answers. */
  get awaySeconds(): number | null {
    return this.#parts.database.contact.away ? Math.round(this.#silentMs() / SECOND) : null;
  }

  /**
   * Null while what is cached of sessions and roles counts as verified. Else it is when the promise resolves.
   * @throws AppError `database_unavailable`, by the promise
   */
  unverified(): Promise<void> | null {
    return this.#silentMs() <= VERIFIED_MS ? null : inServiceWords(() => this.#ask());
  }

  #silentMs(): number {
    const { monotonic, database } = this.#parts;
    return monotonic() - database.contact.answeredAt;
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#parts.database
      .health()
      .then(() => undefined)
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }
}
