import { everything } from './dependencies.js';

/**
 * How things are called in Redis. The value of a key, its epoch and its lease share a hash tag,
 * so that a Cluster keeps them on one node.
 */
export class SharedNames {
  readonly channel: string;
  readonly everything: string;
  readonly servers: string;
  readonly #prefix: string;

  /** @throws TypeError for a prefix that would break the hash tags */
  constructor(prefix: string) {
    if (/[{}]/.test(prefix)) {
      throw new TypeError(`the cache prefix ${JSON.stringify(prefix)} must not contain { or }`);
    }
    this.#prefix = prefix;
    this.channel = `${prefix}changes`;
    this.everything = `${prefix}g:{g}`;
    this.servers = `${prefix}servers:{g}`;
  }

  /** What every name begins with. */
  get prefix(): string {
    return this.#prefix;
  }

  /** Whether Redis may do without what is called so: an entry, a lease, an epoch but that of everything. */
  isSpare(name: string): boolean {
    return /^[vlkpt]:/.test(name.slice(this.#prefix.length));
  }

  /** What the names of all entries begin with whose keys begin so. */
  valuesBelow(keyPrefix: string): string {
    return `${this.#prefix}v:{${keyPrefix}`;
  }

  /** The key of an entry, by its name here. */
  keyOf(value: string): string {
    return value.slice(`${this.#prefix}v:{`.length, -1);
  }

  value(key: string): string {
    return `${this.#prefix}v:{${key}}`;
  }

  lease(key: string): string {
    return `${this.#prefix}l:{${key}}`;
  }

  epoch(dependency: string): string {
    if (dependency === everything) {
      return this.everything;
    }
    return `${this.#prefix}${dependency.slice(0, 2)}{${dependency.slice(2)}}`;
  }
}
