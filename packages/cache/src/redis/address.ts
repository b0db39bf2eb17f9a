import { readFileSync } from 'node:fs';
import type { RedisSettings } from '../options.js';

/** A server's address. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is, as `REDIS_URL` says it. */
export interface RedisAddress {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly hosts: readonly [HostAndPort, ...HostAndPort[]];
  /** The name of the master that the Sentinels watch. */
  readonly master: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  readonly tls: { readonly ca?: string } | undefined;
  /** Without user and password, for logs. */
  readonly shown: string;
}

const schemes = {
  redis: { kind: 'single', tls: false },
  rediss: { kind: 'single', tls: true },
  'redis-sentinel': { kind: 'sentinel', tls: false },
  'rediss-sentinel': { kind: 'sentinel', tls: true },
  'redis-cluster': { kind: 'cluster', tls: false },
  'rediss-cluster': { kind: 'cluster', tls: true },
} as const;

const forms =
  'redis://host:port/db, rediss://host:port/db, redis-sentinel://host:port,host:port/name ' +
  'or redis-cluster://host:port,host:port';

function invalid(reason: string): TypeError {
  return new TypeError(`the Redis URL ${reason}; it must have the form ${forms}`);
}

function isScheme(name: string): name is keyof typeof schemes {
  return Object.hasOwn(schemes, name);
}

function readHost(text: string, kind: RedisAddress['kind']): HostAndPort {
  const match = /^(\[[\da-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(text);
  if (match?.[1] === undefined) {
    throw invalid(`names no host in ${JSON.stringify(text)}`);
  }
  const port = Number(match[2] ?? (kind === 'sentinel' ? 26_379 : 6379));
  if (port < 1 || port > 65_535) {
    throw invalid(`has a port outside 1 to 65535`);
  }
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
}

function readDatabase(text: string | undefined): number {
  if (text === undefined || text === '') {
    return 0;
  }
  if (!/^\d{1,4}$/.test(text)) {
    throw invalid(`has a database that is no number`);
  }
  return Number(text);
}

/**
 * Reads a Redis URL. `rediss-sentinel://` and `rediss-cluster://` are the same with TLS.
 * @throws TypeError that names the forms, without the password
 */
export function readRedisAddress(settings: RedisSettings): RedisAddress {
  const match = /^([a-z-]+):\/\/(?:([^@/]*)@)?([^/?#]*)(?:\/([^?#]*))?$/.exec(settings.url);
  const [, scheme, credentials, hostList, path] = match ?? [];
  if (scheme === undefined || hostList === undefined || !isScheme(scheme)) {
    throw invalid('cannot be read');
  }
  const { kind, tls } = schemes[scheme];
  const [first, ...others] = hostList.split(',').map((host) => readHost(host, kind));
  if (first === undefined || (kind === 'single' && others.length > 0)) {
    throw invalid('must name one host');
  }
  if (kind === 'sentinel' && (path === undefined || path === '')) {
    throw invalid('names no master');
  }
  const [username, password] =
    credentials === undefined ? [] : credentials.split(':', 2).map(decodeURIComponent);
  return {
    kind,
    hosts: [first, ...others],
    master: kind === 'sentinel' ? (path ?? '') : '',
    username: username === '' ? undefined : username,
    password,
    database: kind === 'single' ? readDatabase(path) : 0,
    tls: tls
      ? settings.caFile === undefined
        ? {}
        : { ca: readFileSync(settings.caFile, 'utf8') }
      : undefined,
    shown: `${scheme}://${hostList}${path === undefined ? '' : `/${path}`}`,
  };
}
