import type { InvalidationJournal, PendingInvalidation } from '../../src/index.ts';

/** A journal that outlives the caches of a test, as a database outlives processes. */
export class MemoryJournal implements InvalidationJournal {
  readonly rows = new Map<string, PendingInvalidation>();
  failing = false;

  async append(invalidation: PendingInvalidation): Promise<void> {
    this.#check();
    this.rows.set(invalidation.id, invalidation);
  }

  async settle(ids: readonly string[]): Promise<void> {
    this.#check();
    for (const id of ids) {
      this.rows.delete(id);
    }
  }

  async pending(limit: number): Promise<readonly PendingInvalidation[]> {
    this.#check();
    return [...this.rows.values()].slice(0, limit);
  }

  #check(): void {
    if (this.failing) {
      throw new Error('the database is away');
    }
  }
}
