import { LRUCache } from 'lru-cache';

const mostKeys = 5_000;

/**
 * The tags that entries turned out to have although the reader did not name them, so that the next
 * such read takes one round trip again.
 */
export class TagHints {
  readonly #tags = new LRUCache<string, readonly string[]>({ max: mostKeys });

  of(key: string): readonly string[] | undefined {
    return this.#tags.get(key);
  }

  remember(key: string, tags: readonly string[]): void {
    this.#tags.set(key, tags);
  }
}
