import type { NamespaceStats } from './cache.js';
import { LatencyHistogram } from './latency-histogram.js';

/** What is counted for the keys of one namespace. */
export class NamespaceCounters {
  readonly namespace: string;
  localHits = 0;
  sharedHits = 0;
  staleHits = 0;
  misses = 0;
  coalesced = 0;
  leaseWaits = 0;
  errors = 0;
  invalidations = 0;
  readonly latency = new LatencyHistogram();

  constructor(namespace: string) {
    this.namespace = namespace;
  }

  snapshot(): NamespaceStats {
    const { namespace, localHits, sharedHits, staleHits, misses } = this;
    const { coalesced, leaseWaits, errors, invalidations } = this;
    return {
      namespace,
      localHits,
      sharedHits,
      staleHits,
      misses,
      coalesced,
      leaseWaits,
      errors,
      invalidations,
      readP50Ms: this.latency.percentile(0.5),
      readP99Ms: this.latency.percentile(0.99),
    };
  }
}

const mostNamespaces = 200;
const overflow = 'others';

/** Counters by namespace. A bounded number of namespaces is told apart. */
export class Statistics {
  readonly #namespaces = new Map<string, NamespaceCounters>();

  /** The counters for a key: `db:<table>` and `api:<endpoint>` by two segments, others by one. */
  of(key: string): NamespaceCounters {
    let end = key.indexOf(':');
    if (end !== -1 && (key.startsWith('db:') || key.startsWith('api:'))) {
      end = key.indexOf(':', end + 1);
    }
    return this.#named(end === -1 ? key : key.slice(0, end));
  }

  #named(namespace: string): NamespaceCounters {
    const known = this.#namespaces.get(namespace);
    if (known !== undefined) {
      return known;
    }
    if (this.#namespaces.size >= mostNamespaces && namespace !== overflow) {
      return this.#named(overflow);
    }
    const counters = new NamespaceCounters(namespace);
    this.#namespaces.set(namespace, counters);
    return counters;
  }

  snapshot(): NamespaceStats[] {
    return [...this.#namespaces.values()]
      .map((counters) => counters.snapshot())
      .toSorted((a, b) => a.namespace.localeCompare(b.namespace));
  }
}
