import type { Clock } from '../../src/index.ts';

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #monotonic = 1_000_000;
  #wall = 1_700_000_000_000;

  monotonic(): number {
    return this.#monotonic;
  }

  wall(): number {
    return this.#wall;
  }

  /** Time passes. */
  advance(milliseconds: number): void {
    this.#monotonic += milliseconds;
    this.#wall += milliseconds;
  }

  /** Somebody sets the clock on the wall. */
  step(milliseconds: number): void {
    this.#wall += milliseconds;
  }
}
