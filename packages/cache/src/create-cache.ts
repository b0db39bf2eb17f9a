import type { Cache } from './cache.js';
import type { CacheParts, RedisParts } from './cache-parts.js';
import { Changes } from './changes.js';
import { CoherentCache } from './coherent-cache.js';
import { everything } from './dependencies.js';
import { DependencyCells } from './dependency-cells.js';
import { epochText, newEpoch } from './epoch.js';
import { Invalidations } from './invalidations.js';
import { LoadBackoff } from './load-backoff.js';
import { LoadFlights } from './load-flights.js';
import { Keeping } from './keeping.js';
import { Loading } from './loading.js';
import { LocalTier, type LocalSwitches } from './local-tier.js';
import {
  defaultLimits,
  type CacheLimits,
  type CacheOptions,
  type Clock,
  type RedisSettings,
} from './options.js';
import { Plans } from './plan.js';
import { RedisLink } from './redis/link.js';
import type { RedisPort } from './redis/port.js';
import { adoptScript, cacheScripts } from './redis/scripts.js';
import { SharedNames } from './shared-names.js';
import { SharedTier } from './shared-tier.js';
import { Statistics } from './statistics.js';

const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
};

const clockEveryMs = 10_000;

interface RedisHalf extends RedisParts {
  readonly changes: Changes;
  close(): void;
}

/** Connects the half of the cache that is Redis with the in-process half. */
function createRedisHalf(
  settings: RedisSettings,
  options: CacheOptions,
  limits: CacheLimits,
  clock: Clock,
  names: SharedNames,
  flush: () => void,
  change: (names: readonly string[], epoch: number | undefined) => void,
): RedisHalf {
  /** In this order: nothing old in this process, nothing old in Redis, nothing pending. */
  const regain = async (port: RedisPort, fingerprint: string): Promise<void> => {
    flush();
    shared.forgetAll();
    await port.load(cacheScripts);
    const keys = [names.everything, names.servers];
    await port.run(adoptScript, keys, [fingerprint, epochText(newEpoch())]);
    await shared.readClock();
    await invalidations.drain(port);
  };
  const link = new RedisLink({ settings, limits, logger: options.logger, regain });
  const shared = new SharedTier(link, names, limits, clock);
  const changes = new Changes(link.port, names.channel, {
    changed: (changed, epoch) => {
      change(changed, epoch);
      shared.remember(changed, epoch);
    },
    gap: flush,
  });
  const invalidations = new Invalidations({
    shared,
    changes,
    limits,
    journal: options.journal,
    logger: options.logger,
    changed: (names) => change(names, undefined),
    retryAttempts: options.retryAttempts ?? 3,
    retryDelayMs: options.retryDelayMs ?? 1_000,
  });
  const timer = setInterval(() => {
    if (link.trusted) {
      // A clock that drifts a little is no reason to do without Redis.
      shared.readClock().catch(() => {});
    }
  }, clockEveryMs);
  timer.unref();
  const close = (): void => {
    clearInterval(timer);
    invalidations.close();
    link.close();
  };
  return { link, shared, invalidations, changes, close };
}

/**
 * Makes a cache: on Redis when `options.redis` is given, else inside this process. It can be used
 * at once; until Redis answers, values come from the loaders.
 * @throws TypeError for a Redis URL, prefix or bound that makes no sense
 */
export function createCache(options: CacheOptions = {}): Cache {
  const limits: CacheLimits = { ...defaultLimits, ...options.limits };
  const clock = options.clock ?? systemClock;
  const cells = new DependencyCells();
  const statistics = new Statistics();
  const names = new SharedNames(options.prefix ?? 'slimy:');
  const { entries = 10_000, megabytes = 64 } = options.local ?? {};
  if (!(entries >= 1) || !(megabytes > 0)) {
    throw new TypeError('the in-process cache needs at least 1 entry and more than 0 megabytes');
  }
  const local = new LocalTier(Math.floor(entries), Math.ceil(megabytes * 1_048_576));
  const flush = (): void => {
    cells.changeEverything();
    local.clear();
  };
  const redis =
    options.redis === undefined
      ? undefined
      : createRedisHalf(options.redis, options, limits, clock, names, flush, (changed, epoch) => {
          cells.change(changed, epoch);
          if (changed.includes(everything)) {
            local.clear();
          }
        });
  const switches: LocalSwitches = {
    bypassReason: null,
    get alone() {
      return redis === undefined && this.bypassReason === null;
    },
    servesLocal(confirmed) {
      if (this.bypassReason !== null) {
        return false;
      }
      return redis === undefined || (!confirmed && (redis.changes.live || !redis.link.trusted));
    },
  };
  const backoff = new LoadBackoff(cells, limits.loadBackoffMs);
  const shared = redis?.shared;
  const keeping = new Keeping({ local, switches, shared, limits, clock });
  const { ttlSeconds = 300, staleSeconds = 600 } = options;
  const loading = new Loading({
    cells,
    keeping,
    shared,
    backoff,
    limits,
    clock,
    lifetime: { ttlSeconds, staleSeconds },
    holdsBack: (touched) => redis?.invalidations.holdsBack(touched) ?? false,
  });
  const parts: CacheParts = {
    cells,
    local,
    switches,
    flights: new LoadFlights(),
    backoff,
    keeping,
    loading,
    plans: new Plans(names, statistics),
    statistics,
    limits,
    clock,
    logger: options.logger,
    redis,
    close: () => {
      redis?.close();
      local.clear();
    },
  };
  return new CoherentCache(parts);
}
