import type { CacheLimits } from '../options.js';
import { NoAnswer, startDeadline } from './deadline.js';
import type { RedisLink } from './link.js';

/** The values in the order asked; `undefined` when Redis did not answer (in time). */
export type Replies = readonly (Buffer | null)[] | undefined;

interface Waiting<T> {
  readonly keys: readonly string[];
  readonly hedged: boolean;
  readonly convert: (replies: Replies) => T;
  readonly resolve: (found: T) => void;
  done: boolean;
}

/**
 * Keys in one command. With more than that under way, several commands overlap: Redis answers the
 * next while the answer before is being decoded.
 */
const batchKeys = 120;
/** Reads under way beyond which further ones are answered "no answer" at once. */
const mostWaiting = 50_000;

/**
 * Joins the reads of one turn of the event loop into few commands, each key asked once in each: what
 * several callers sent arrives in one turn, and a command of its own for each of them costs more than its
 * answer is worth. A read that says `hedged` is answered after the hedge delay at the latest, the others at
 * the deadline.
 */
export class BatchedReader<T> {
  readonly #link: RedisLink;
  readonly #limits: CacheLimits;
  #open: Waiting<T>[] = [];
  #openKeys = 0;
  #waiting = 0;
  /** Commands not answered yet. */
  #underWay = 0;

  constructor(link: RedisLink, limits: CacheLimits) {
    this.#link = link;
    this.#limits = limits;
  }

  /** Reads keys; `convert` makes of the replies, or of none, what the caller wants. */
  read(keys: readonly string[], hedged: boolean, convert: (replies: Replies) => T): Promise<T> {
    if (!this.#link.trusted || this.#waiting >= mostWaiting) {
      return Promise.resolve(convert(undefined));
    }
    return new Promise((resolve) => {
      this.#waiting += 1;
      this.#openKeys += keys.length;
      if (this.#open.push({ keys, hedged, convert, resolve, done: false }) === 1) {
        this.#flushSoon();
      } else if (this.#openKeys >= batchKeys) {
        this.#flush();
      }
    });
  }

  /**
   * Redis idle, the callers of this very moment go together at once; while it is at work, so do all that the
   * turn still brings.
   */
  #flushSoon(): void {
    if (this.#underWay === 0) {
      process.nextTick(() => this.#flush());
    } else {
      setImmediate(() => this.#flush());
    }
  }

  #flush(): void {
    const batch = this.#open;
    if (batch.length === 0) {
      return;
    }
    this.#open = [];
    this.#openKeys = 0;
    const positions = new Map<string, number>();
    for (const { keys } of batch) {
      for (const key of keys) {
        if (!positions.has(key)) {
          positions.set(key, positions.size);
        }
      }
    }
    void this.#exchange(batch, positions);
  }

  async #exchange(batch: readonly Waiting<T>[], positions: ReadonlyMap<string, number>): Promise<void> {
    let late = false;
    const askedAt = performance.now();
    const stop = this.#startTimers(batch, () => {
      late = true;
    });
    this.#underWay += 1;
    try {
      const replies = await this.#link.port.readMany([...positions.keys()]);
      stop();
      if (!late) {
        this.#link.succeeded();
      }
      for (const waiting of batch) {
        const own: (Buffer | null)[] = [];
        for (const key of waiting.keys) {
          own.push(replies[positions.get(key) ?? -1] ?? null);
        }
        this.#answer(waiting, own);
      }
    } catch (error) {
      stop();
      if (!late) {
        this.#link.failed(error, askedAt);
      }
      this.#answerAll(batch);
    } finally {
      this.#underWay -= 1;
    }
  }

  #startTimers(batch: readonly Waiting<T>[], expired: () => void): () => void {
    const { hedgeMs, commandMs } = this.#limits;
    const { answers } = this.#link;
    const askedAt = performance.now();
    let stop = startDeadline(hedgeMs, () => {
      this.#answerAll(batch.filter((waiting) => waiting.hedged));
      stop = startDeadline(commandMs - hedgeMs, () => {
        expired();
        if (answers === this.#link.answers) {
          this.#link.failed(new NoAnswer(commandMs), askedAt);
        }
        this.#answerAll(batch);
      });
    });
    return () => stop();
  }

  #answerAll(batch: readonly Waiting<T>[]): void {
    for (const waiting of batch) {
      this.#answer(waiting, undefined);
    }
  }

  #answer(waiting: Waiting<T>, replies: Replies): void {
    if (!waiting.done) {
      waiting.done = true;
      this.#waiting -= 1;
      waiting.resolve(waiting.convert(replies));
    }
  }
}
