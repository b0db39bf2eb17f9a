type Nothing = undefined | null | false | 0 | '';

/** Lets callers wait until something is true of the fake, looked at again whenever anything happens in it. */
export class Activity {
  readonly #waiting = new Set<() => void>();

  /** Something happened. */
  notify(): void {
    for (const look of this.#waiting) look();
  }

  /** Resolves once `found` gives something truthy; rejects after `timeoutMs`. */
  until<Found>(what: string, found: () => Found | Nothing, timeoutMs = 10_000): Promise<Found> {
    return new Promise((resolve, reject) => {
      const look = () => {
        try {
          const value = found();
          if (!value) return;
          settle();
          resolve(value);
        } catch (error) {
          settle();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const timer = setTimeout(() => {
        settle();
        reject(new Error(`waited ${timeoutMs} ms for ${what}`));
      }, timeoutMs);
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
