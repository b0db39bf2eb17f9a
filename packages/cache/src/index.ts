export { cacheChannel, type CacheEvent } from './events.js';
export { createCache } from './create-cache.js';
export type {
  Cache,
  Cacheable,
  CacheExplanation,
  CacheHealth,
  CacheMode,
  CacheScan,
  CacheStats,
  InvalidationOutcome,
  NamespaceStats,
  WriteResult,
} from './cache.js';
export { cacheKeys, canonicalParameters, keySegment, type KeyParameter } from './keys.js';
export type { InvalidationJournal, PendingInvalidation } from './journal.js';
export type {
  CacheLimits,
  CacheLogger,
  CacheOptions,
  Clock,
  Consistency,
  EntryOptions,
  ReadOptions,
  RedisSettings,
  Served,
  Touch,
} from './options.js';
export { createSignals, type SignalListener, type Signals, type SignalsOptions } from './signals.js';
export {
  createWindowCounter,
  type WindowCounter,
  type WindowCounterOptions,
  type WindowHit,
} from './window-counter.js';
