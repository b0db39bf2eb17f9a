import type { Cacheable } from './cache.js';

type LoadMany<T> = (missing: readonly string[]) => Promise<ReadonlyMap<string, T>>;

/** Joins the loads of single keys that are asked in one turn of the event loop into one call. */
export class SharedLoad<T extends Cacheable> {
  readonly #loadMany: LoadMany<T>;
  #keys: string[] = [];
  #loading: Promise<ReadonlyMap<string, T>> | undefined;

  constructor(loadMany: LoadMany<T>) {
    this.#loadMany = loadMany;
  }

  /** The value of one key; `null` when the loader leaves it out. */
  async of(key: string): Promise<T | null> {
    this.#keys.push(key);
    this.#loading ??= this.#collect();
    return (await this.#loading).get(key) ?? null;
  }

  async #collect(): Promise<ReadonlyMap<string, T>> {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    const keys = this.#keys;
    this.#keys = [];
    this.#loading = undefined;
    return this.#loadMany(keys);
  }
}
