/** The instant the fake reads, in milliseconds since 1970. */
export type Clock = () => number;

/** A clock that a test moves by hand. */
export class ManualClock {
  #now: number;

  constructor(startMs = Date.UTC(2026, 0, 5, 12)) {
    this.#now = startMs;
  }

  readonly now: Clock = () => this.#now;

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
