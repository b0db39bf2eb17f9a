import type { LiveMessage } from '@slimy/contract';

interface Waiting {
  readonly message: LiveMessage;
  readonly taken: () => void;
}

/**
 * What the subscriptions of one stream have to say, first come first served. Whoever puts a message waits until it
 * is taken, so that no subscription holds more than one and none can crowd out the others.
 */
export class MessageQueue {
  readonly #waiting: Waiting[] = [];
  #closed = false;
  #wake: () => void = () => {};

  /** Resolves once the message was taken, or nobody will take it any more. */
  put(message: LiveMessage): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((taken) => {
      this.#waiting.push({ message, taken });
      this.#wake();
    });
  }

  /** The next message; `quiet` when there was none for `ms` milliseconds, null when there will be none any more. */
  async take(ms: number): Promise<LiveMessage | 'quiet' | null> {
    if (this.#waiting.length === 0 && !this.#closed) await this.#something(ms);
    const next = this.#waiting.shift();
    next?.taken();
    return next?.message ?? (this.#closed ? null : 'quiet');
  }

  /** Lets what was put be taken still; nothing can be put any more. */
  end(): void {
    this.#closed = true;
    this.#wake();
  }

  /** Drops what was not taken. */
  drop(): void {
    this.end();
    for (const { taken } of this.#waiting.splice(0)) taken();
  }

  #something(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
