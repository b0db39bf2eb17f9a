import { LRUCache } from 'lru-cache';
import type { Dependencies } from './dependencies.js';
import type { CellSnapshot, DependencyCells } from './dependency-cells.js';

interface Failure {
  readonly error: unknown;
  readonly dependencies: Dependencies;
  readonly snapshot: CellSnapshot;
  readonly delayMs: number;
  readonly until: number;
}

const mostKeys = 1_000;
const longestDelayMs = 5_000;

/** Keys whose load failed lately: callers get the same error for a while instead of another load. */
export class LoadBackoff {
  readonly #cells: DependencyCells;
  readonly #firstDelayMs: number;
  readonly #failures: LRUCache<string, Failure>;

  constructor(cells: DependencyCells, firstDelayMs: number) {
    this.#cells = cells;
    this.#firstDelayMs = firstDelayMs;
    this.#failures = new LRUCache<string, Failure>({
      max: mostKeys,
      dispose: ({ dependencies, snapshot }) => cells.release(dependencies.names, snapshot),
    });
  }

  /** The failure that stands for this key now; none after a change of what the key depends on. */
  standing(key: string, now: number): { readonly error: unknown } | undefined {
    const failure = this.#failures.get(key);
    return failure !== undefined && now < failure.until && failure.snapshot.isCurrent(this.#cells.changes)
      ? failure
      : undefined;
  }

  failed(dependencies: Dependencies, error: unknown, now: number): void {
    const { key } = dependencies;
    const before = this.#failures.peek(key);
    const delayMs = Math.min(before === undefined ? this.#firstDelayMs : before.delayMs * 2, longestDelayMs);
    this.#failures.set(key, {
      error,
      dependencies,
      snapshot: this.#cells.acquire(dependencies.names),
      delayMs,
      until: now + delayMs,
    });
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }
}
