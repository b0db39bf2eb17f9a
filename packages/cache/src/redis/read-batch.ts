import type { CacheLimits } from '../options.js';
import { NoAnswer, startDeadline } from './deadline.js';
import type { RedisLink } from './link.js';

/** The values in the order asked; `undefined` when Redis did not answer (in time). */
export type Replies = readonly (Buffer | null)[] | undefined;

interface Waiting {
  readonly keys: readonly string[];
  readonly hedged: boolean;
  readonly resolve: (replies: Replies) => void;
  done: boolean;
}

/** Keys in one command; more are split. */
const batchKeys = 2_000;
/** Reads under way beyond which further ones are answered "no answer" at once. */
const mostWaiting = 50_000;

/**
 * Joins the reads of one tick into one command, each key asked once. A read that says `hedged` is
 * answered after the hedge delay at the latest, the others at the deadline.
 */
export class BatchedReader {
  readonly #link: RedisLink;
  readonly #limits: CacheLimits;
  #open: Waiting[] = [];
  #openKeys = 0;
  #waiting = 0;

  constructor(link: RedisLink, limits: CacheLimits) {
    this.#link = link;
    this.#limits = limits;
  }

  read(keys: readonly string[], hedged: boolean): Promise<Replies> {
    if (!this.#link.trusted || this.#waiting >= mostWaiting) {
      return Promise.resolve(undefined);
    }
    return new Promise((resolve) => {
      this.#waiting += 1;
      this.#openKeys += keys.length;
      if (this.#open.push({ keys, hedged, resolve, done: false }) === 1) {
        process.nextTick(() => this.#flush());
      } else if (this.#openKeys >= batchKeys) {
        this.#flush();
      }
    });
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

  async #exchange(batch: readonly Waiting[], positions: ReadonlyMap<string, number>) {
    let late = false;
    const stop = this.#startTimers(batch, () => {
      late = true;
    });
    try {
      const replies = await this.#link.port.readMany([...positions.keys()]);
      stop();
      if (!late) {
        this.#link.succeeded();
      }
      for (const waiting of batch) {
        this.#answer(
          waiting,
          waiting.keys.map((key) => replies[positions.get(key) ?? -1] ?? null),
        );
      }
    } catch (error) {
      stop();
      if (!late) {
        this.#link.failed(error);
      }
      this.#answerAll(batch);
    }
  }

  #startTimers(batch: readonly Waiting[], expired: () => void): () => void {
    const { hedgeMs, commandMs } = this.#limits;
    let stop = startDeadline(hedgeMs, () => {
      this.#answerAll(batch.filter((waiting) => waiting.hedged));
      stop = startDeadline(commandMs - hedgeMs, () => {
        expired();
        this.#link.failed(new NoAnswer(commandMs));
        this.#answerAll(batch);
      });
    });
    return () => stop();
  }

  #answerAll(batch: readonly Waiting[]): void {
    for (const waiting of batch) {
      this.#answer(waiting, undefined);
    }
  }

  #answer(waiting: Waiting, replies: Replies): void {
    if (!waiting.done) {
      waiting.done = true;
      this.#waiting -= 1;
      waiting.resolve(replies);
    }
  }
}
