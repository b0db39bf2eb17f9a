/** An event of a stream with the id one comes back with. */
export interface Tracked<Event> {
  readonly id: string;
  readonly event: Event;
}

/** Somebody who follows a stream and keeps what they were told. */
export class Watcher<Event> {
  readonly seen: Tracked<Event>[] = [];
  readonly ended: Promise<void>;
  readonly #leaving = new AbortController();
  #waiting: (() => void)[] = [];

  constructor(open: (signal: AbortSignal) => AsyncIterable<Tracked<Event>>) {
    this.ended = this.#watch(open(this.#leaving.signal));
  }

  async #watch(events: AsyncIterable<Tracked<Event>>): Promise<void> {
    for await (const event of events) {
      this.seen.push(event);
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  /** Resolves once that many events have come. */
  async until(count: number): Promise<void> {
    while (this.seen.length < count) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  async leave(): Promise<void> {
    this.#leaving.abort();
    await this.ended;
  }
}
