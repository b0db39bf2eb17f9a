import { LRUCache } from 'lru-cache';
import { dependenciesOf } from './dependencies.js';
import type { SharedNames } from './shared-names.js';
import type { NamespaceCounters, Statistics } from './statistics.js';

/** What follows from a key and its tags, worked out once. */
export interface Plan {
  readonly key: string;
  /** Everything, the key, its prefixes from the shortest on, its tags sorted. */
  readonly names: readonly string[];
  readonly tags: readonly string[];
  /** The Redis keys of the epochs, and those with the value's key at the end. */
  readonly epochKeys: readonly string[];
  readonly allKeys: readonly string[];
  readonly counters: NamespaceCounters;
}

const mostPlans = 5_000;
const noTags: readonly string[] = [];

function sameTags(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((tag, index) => tag === b[index]));
}

interface Known {
  readonly asked: readonly string[];
  readonly plan: Plan;
}

/** Works plans out, and keeps those of the keys asked lately. */
export class Plans {
  readonly #names: SharedNames;
  readonly #statistics: Statistics;
  readonly #known = new LRUCache<string, Known>({ max: mostPlans });

  constructor(names: SharedNames, statistics: Statistics) {
    this.#names = names;
    this.#statistics = statistics;
  }

  /** @throws TypeError for a bad key or tag, or too many of them */
  of(key: string, tags: readonly string[] = noTags): Plan {
    const known = this.#known.get(key);
    if (known !== undefined && sameTags(known.asked, tags)) {
      return known.plan;
    }
    const plan = this.#make(key, tags);
    this.#known.set(key, { asked: [...tags], plan });
    return plan;
  }

  /** Forgets the keys. */
  clear(): void {
    this.#known.clear();
  }

  #make(key: string, tags: readonly string[]): Plan {
    const dependencies = dependenciesOf(key, tags);
    const epochKeys = dependencies.names.map((name) => this.#names.epoch(name));
    return {
      key,
      ...dependencies,
      epochKeys,
      allKeys: [...epochKeys, this.#names.value(key)],
      counters: this.#statistics.of(key),
    };
  }
}
