import type { Cache, NamespaceStats } from '@slimy/cache';

const counters = [
  'localHits',
  'sharedHits',
  'staleHits',
  'misses',
  'coalesced',
  'leaseWaits',
  'errors',
  'invalidations',
] as const;

function labelled(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function namespaceLines(stats: NamespaceStats): string[] {
  const namespace = labelled(stats.namespace);
  return counters.map(
    (event) => `slimy_cache_events_total{namespace="${namespace}",event="${event}"} ${stats[event]}`,
  );
}

/** The cache's counters in Prometheus' text format. */
export function cacheMetrics(cache: Cache): string {
  const { breaker, localEntries, localBytes, pendingInvalidations, namespaces } = cache.stats();
  return [
    '# TYPE slimy_cache_events_total counter',
    ...namespaces.flatMap(namespaceLines),
    '# TYPE slimy_cache_local_entries gauge',
    `slimy_cache_local_entries ${localEntries}`,
    '# TYPE slimy_cache_local_bytes gauge',
    `slimy_cache_local_bytes ${localBytes}`,
    '# TYPE slimy_cache_pending_invalidations gauge',
    `slimy_cache_pending_invalidations ${pendingInvalidations}`,
    '# TYPE slimy_cache_breaker_open gauge',
    `slimy_cache_breaker_open ${breaker === 'closed' ? 0 : 1}`,
    '',
  ].join('\n');
}
