import type { WindowCounter } from '@slimy/api';
import type { Settings } from '@slimy/config';
import type { Core } from '@slimy/core';
import type { Logger } from 'pino';
import type { BodyTimes } from './http/body-deadline.js';
import type { Readiness } from './health/health-routes.js';

/** What the server is mounted from. */
export interface ServerParts {
  readonly settings: Pick<
    Settings,
    | 'PUBLIC_URL'
    | 'HOST'
    | 'TRUST_PROXY'
    | 'METRICS_TOKEN'
    | 'RATE_LIMIT_FACTOR'
    | 'REDIS_URL'
    | 'DISCORD_CDN_BASE'
  >;
  readonly core: Pick<
    Core,
    | 'services'
    | 'permissions'
    | 'authentication'
    | 'signInToDemo'
    | 'discordLogin'
    | 'recordRefusal'
    | 'databaseAwaySeconds'
    | 'uploads'
  >;
  /** Counts calls for the rate limits. */
  readonly counter: WindowCounter;
  readonly readiness: () => Promise<Readiness>;
  /** More lines for `/metrics` in Prometheus' text format. */
  readonly moreMetrics: () => Promise<string> | string;
  readonly logger: Logger;
  /** The folder of the built web page; null serves none. */
  readonly webRoot: string | null;
  /** How long bodies of requests may take to arrive; what clients have without it. */
  readonly bodyTimes?: BodyTimes;
}
