/** What a subscription may tell whoever subscribed. */
interface Told<Event> {
  readonly onStarted: () => void;
  readonly onData: (event: { readonly id: string; readonly data: Event }) => void;
  readonly onError: (error: unknown) => void;
  readonly onComplete: () => void;
}

/** A subscription of the typed client with everything that was told of it. */
export class Followed<Event> {
  readonly seen: { readonly id: string; readonly data: Event }[] = [];
  starts = 0;
  error: unknown = null;
  over = false;
  readonly #subscription: { unsubscribe(): void };
  #told: () => void = () => {};

  constructor(subscribe: (told: Told<Event>) => { unsubscribe(): void }) {
    const note = (change: () => void) => {
      change();
      this.#told();
    };
    this.#subscription = subscribe({
      onStarted: () => note(() => (this.starts += 1)),
      onData: (event) => note(() => this.seen.push(event)),
      onError: (error) => note(() => ([this.error, this.over] = [error, true])),
      onComplete: () => note(() => (this.over = true)),
    });
  }

  async #until(reached: () => boolean): Promise<void> {
    while (!reached()) await new Promise<void>((resolve) => (this.#told = resolve));
  }

  /** Resolves once it was told that it runs. */
  started(): Promise<void> {
    return this.#until(() => this.starts > 0);
  }

  /** Resolves once so many events have come. */
  until(count: number): Promise<void> {
    return this.#until(() => this.seen.length >= count);
  }

  /** Resolves once it is over, by an end or an error. */
  ended(): Promise<void> {
    return this.#until(() => this.over);
  }

  leave(): void {
    this.#subscription.unsubscribe();
  }
}
