import { LRUCache } from 'lru-cache';
import type { CellSnapshot, DependencyCells } from './dependency-cells.js';
import type { Plan } from './plan.js';

interface Failure {
  readonly error: unknown;
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
      dispose: ({ snapshot }) => snapshot.release(),
    });
  }

  /** The failure that stands for this key now; none after a change of what the key depends on. */
  standing(key: string, now: number): { readonly error: unknown } | undefined {
    const failure = this.#failures.get(key);
    return failure !== undefined && now < failure.until && failure.snapshot.isCurrent() ? failure : undefined;
  }

  failed(plan: Plan, error: unknown, now: number): void {
    const { key } = plan;
    const before = this.#failures.peek(key);
    const delayMs = Math.min(before === undefined ? this.#firstDelayMs : before.delayMs * 2, longestDelayMs);
    this.#failures.set(key, {
      error,
      snapshot: this.#cells.acquire(plan.names),
      delayMs,
      until: now + delayMs,
    });
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }
}
