/** Lets so many in at a time, the others in the order they came; who waits for too long is turned away. */
export class Turns {
  readonly #waitMs: number;
  readonly #refusal: () => Error;
  readonly #waiting = new Set<() => void>();
  #free: number;

  /** `waitMs` milliseconds of waiting end with what `refusal` makes. */
  constructor(size: number, waitMs: number, refusal: () => Error) {
    this.#free = size;
    this.#waitMs = waitMs;
    this.#refusal = refusal;
  }

  /** Whether nobody else gets in now. */
  get full(): boolean {
    return this.#free === 0;
  }

  /** Null when it is the caller's turn at once, which costs nothing; else it is when the promise resolves. */
  take(): Promise<void> | null {
    if (this.#free === 0) return this.#wait();
    this.#free -= 1;
    return null;
  }

  /** Ends a turn. */
  give(): void {
    const [next] = this.#waiting;
    // The turn goes straight to the next one, so that nobody slips in between.
    if (next) next();
    else this.#free += 1;
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const next = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(next);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(next);
        reject(this.#refusal());
      }, this.#waitMs);
      this.#waiting.add(next);
    });
  }
}
