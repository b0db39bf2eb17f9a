import type { Dependencies } from './dependencies.js';
import type { CellSnapshot, DependencyCells } from './dependency-cells.js';
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
  readonly dependencies: Dependencies;
  readonly result: Promise<Loaded>;
  snapshot: CellSnapshot;
  /** The epochs as they were before the load, when Redis gave them. */
  epochs: readonly number[] | undefined;
  /** The loader was called: what changes from now on may be missing in the result. */
  began = false;

  constructor(dependencies: Dependencies, snapshot: CellSnapshot, run: (flight: Flight) => Promise<Loaded>) {
    this.dependencies = dependencies;
    this.snapshot = snapshot;
    this.result = run(this);
  }
}

/** The loads under way in this process, at most one that can be joined for each key. */
export class LoadFlights {
  readonly #cells: DependencyCells;
  readonly #flights = new Map<string, Flight>();

  constructor(cells: DependencyCells) {
    this.#cells = cells;
  }

  get size(): number {
    return this.#flights.size;
  }

  current(key: string): Flight | undefined {
    return this.#flights.get(key);
  }

  /**
   * The flight a caller may wait for: one whose load cannot have begun before an invalidation that
   * the caller must see. With the epochs the caller has just read, that is exact; without, a
   * `default` caller trusts what this process has heard, a `strict` one only a load yet to begin.
   */
  joinable(
    key: string,
    live: readonly (number | undefined)[] | undefined,
    strict: boolean,
  ): Flight | undefined {
    const flight = this.#flights.get(key);
    if (flight === undefined || !flight.began) {
      return flight;
    }
    if (!flight.snapshot.isCurrent(this.#cells.changes)) {
      return undefined;
    }
    if (live !== undefined && flight.epochs !== undefined) {
      return sameEpochs(flight.epochs, live) ? flight : undefined;
    }
    return strict ? undefined : flight;
  }

  /** Starts a load; it takes the snapshot over. A later flight of the same key takes its place. */
  start(
    dependencies: Dependencies,
    snapshot: CellSnapshot,
    run: (flight: Flight) => Promise<Loaded>,
  ): Flight {
    const { key } = dependencies;
    const flight = new Flight(dependencies, snapshot, run);
    this.#flights.set(key, flight);
    const end = (): void => {
      this.#cells.release(dependencies.names, flight.snapshot);
      if (this.#flights.get(key) === flight) {
        this.#flights.delete(key);
      }
    };
    flight.result.then(end, end);
    return flight;
  }
}
