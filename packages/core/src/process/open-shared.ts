import {
  createCache,
  createSignals,
  createWindowCounter,
  type Cache,
  type Signals,
  type WindowCounter,
} from '@slimy/cache';
import type { Settings } from '@slimy/config';
import type { Database } from '@slimy/db';
import type { Logger } from '../logger.js';
import { outboxJournal } from '../outbox/journal.js';

/** What processes share through Redis, or what stands for it in one process alone. */
export interface SharedParts {
  readonly cache: Cache;
  readonly signals: Signals;
  readonly counter: WindowCounter;
}

/** Milliseconds that the first reads wait for Redis; without it the program goes on all the same. */
const REDIS_WAIT_MS = 1_000;

/** Opens the cache, the wake-ups and the counters that the settings ask for. */
export async function openShared(
  settings: Settings,
  database: Database,
  logger: Logger,
): Promise<SharedParts> {
  const { REDIS_URL: url, CACHE_PREFIX: prefix } = settings;
  const redis = url === undefined ? undefined : { url, caFile: settings.REDIS_CA_FILE };
  const cacheLogger = {
    info: (message: string) => logger.info({}, message),
    warn: (message: string) => logger.warn({}, message),
  };
  const cache = createCache({
    redis,
    prefix,
    ttlSeconds: settings.CACHE_TTL_SECONDS,
    staleSeconds: settings.CACHE_STALE_SECONDS,
    retryAttempts: settings.CACHE_RETRY_ATTEMPTS,
    retryDelayMs: settings.CACHE_RETRY_DELAY_MS,
    local: { entries: settings.CACHE_LOCAL_ENTRIES, megabytes: settings.CACHE_LOCAL_MB },
    journal: outboxJournal(database),
    logger: cacheLogger,
  });
  const signals = createSignals({ redis, prefix, logger: cacheLogger });
  const counter = createWindowCounter({ redis, prefix });
  await cache.ready(REDIS_WAIT_MS);
  return { cache, signals, counter };
}
