import type { DependencyCells } from './dependency-cells.js';
import type { Invalidations } from './invalidations.js';
import type { LoadBackoff } from './load-backoff.js';
import type { LoadFlights } from './load-flights.js';
import type { Keeping } from './keeping.js';
import type { Loading } from './loading.js';
import type { LocalSwitches, LocalTier } from './local-tier.js';
import type { CacheLimits, CacheLogger, Clock } from './options.js';
import type { RedisLink } from './redis/link.js';
import type { SharedTier } from './shared-tier.js';
import type { Plans } from './plan.js';
import type { Statistics } from './statistics.js';

/** The half of the cache that is Redis. */
export interface RedisParts {
  readonly link: RedisLink;
  readonly shared: SharedTier;
  readonly invalidations: Invalidations;
}

/** What a cache consists of. */
export interface CacheParts {
  readonly cells: DependencyCells;
  readonly local: LocalTier;
  readonly switches: LocalSwitches;
  readonly flights: LoadFlights;
  readonly backoff: LoadBackoff;
  readonly keeping: Keeping;
  readonly loading: Loading;
  readonly plans: Plans;
  readonly statistics: Statistics;
  readonly limits: CacheLimits;
  readonly clock: Clock;
  readonly logger: CacheLogger | undefined;
  /** Absent in-process. */
  readonly redis: RedisParts | undefined;
  close(): void;
}
