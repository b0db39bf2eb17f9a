/** Lets one holder in at a time, in the order they came. */
export class FairMutex {
  readonly #waiting: (() => void)[] = [];
  #held = false;

  /** Resolves with the release; calling it again does nothing. */
  async acquire(): Promise<() => void> {
    if (this.#held) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#held = true;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.#waiting.shift();
      // The mutex stays held on the way to the next one, so that nobody slips in between.
      if (next) next();
      else this.#held = false;
    };
  }

  async run<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const release = await this.acquire();
    try {
      return await work();
    } finally {
      release();
    }
  }
}
