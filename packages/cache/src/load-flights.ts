import type { CellSnapshot } from './dependency-cells.js';
import { sameEpochs } from './entry-check.js';
import type { CopiedValue } from './stored-value.js';

/** What a load gave. */
export interface Loaded {
  readonly value: CopiedValue;
  /** Monotonic time since which the value ages. */
  readonly bornAt: number;
  readonly stale: boolean;
  readonly tier: 'local' | 'shared' | 'loader';
}

/** One load of a key that callers share. */
export class Flight {
  readonly result: Promise<Loaded>;
  snapshot: CellSnapshot;
  /** The epochs as they were before the load, when Redis gave them. */
  epochs: readonly number[] | undefined;
  /** The loader was called: what changes from now on may be missing in the result. */
  began = false;

  constructor(snapshot: CellSnapshot, run: (flight: Flight) => Promise<Loaded>) {
    this.snapshot = snapshot;
    this.result = run(this);
  }
}

/** The loads under way in this process, at most one that can be joined for each key. */
export class LoadFlights {
  readonly #flights = new Map<string, Flight>();

  current(key: string): Flight | undefined {
    return this.#flights.get(key);
  }

  /**
   * The flight a caller may wait for: one whose load cannot have begun before an invalidation that
   * the caller must see. With the epochs the caller has just read, that is exact; without, a
   * `default` caller trusts what this process has heard, one that wants confirmation only a load yet to begin.
   */
  joinable(
    key: string,
    live: readonly (number | undefined)[] | undefined,
    confirmed: boolean,
  ): Flight | undefined {
    const flight = this.#flights.get(key);
    if (flight === undefined || !flight.began) {
      return flight;
    }
    if (!flight.snapshot.isCurrent()) {
      return undefined;
    }
    if (live !== undefined && flight.epochs !== undefined) {
      return sameEpochs(flight.epochs, live) ? flight : undefined;
    }
    return confirmed ? undefined : flight;
  }

  /**
   * Starts a load; it takes the caller's hold of the snapshot over. A later flight of the same key
   * takes its place.
   */
  start(key: string, snapshot: CellSnapshot, run: (flight: Flight) => Promise<Loaded>): Flight {
    const flight = new Flight(snapshot, run);
    this.#flights.set(key, flight);
    const end = (): void => {
      flight.snapshot.release();
      if (this.#flights.get(key) === flight) {
        this.#flights.delete(key);
      }
    };
    flight.result.then(end, end);
    return flight;
  }
}
