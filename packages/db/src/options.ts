import type { DatabaseAddress } from '@slimy/config';

/** Where warnings go; pino's loggers fit. */
export interface DatabaseLogger {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Encryption of the way to the server: `verify` also holds the certificate against the host name. */
export type DatabaseTls = 'off' | 'require' | 'verify';

export interface DatabaseOptions {
  /** `mysql://user:password@host:port/name`, `file:path`, or either of them parsed. */
  readonly url: string | DatabaseAddress;
  readonly tls?: DatabaseTls | undefined;
  /** Certificates to trust (PEM) instead of the system's. */
  readonly caFile?: string | undefined;
  /** Connections of Prisma and direct SQL together, at least 2 (default 10). SQLite always has one. */
  readonly poolSize?: number | undefined;
  /** Milliseconds after which a statement without an answer from the server is given up (default 30,000). */
  readonly statementTimeoutMs?: number | undefined;
  /** A statement that takes longer is logged, without its values (default 500). */
  readonly slowQueryMs?: number | undefined;
  readonly logger?: DatabaseLogger | undefined;
}

/** The options with every default filled in. */
export interface ResolvedOptions {
  readonly address: DatabaseAddress;
  readonly tls: DatabaseTls;
  readonly caFile: string | undefined;
  readonly poolSize: number;
  readonly statementTimeoutMs: number;
  readonly slowQueryMs: number;
  readonly logger: DatabaseLogger;
}

const silent: DatabaseLogger = { warn: () => {} };

function addressOf(url: string | DatabaseAddress): DatabaseAddress {
  if (typeof url !== 'string') return url;
  if (url.startsWith('file:') && url.length > 5) return { engine: 'sqlite', file: url.slice(5) };
  if (/^(mysql|mariadb):\/\//.test(url)) return { engine: 'mysql', url };
  throw new TypeError('The database url must be mysql://user:password@host:port/name or file:path.');
}

export function resolveOptions(options: DatabaseOptions): ResolvedOptions {
  return {
    address: addressOf(options.url),
    tls: options.tls ?? 'off',
    caFile: options.caFile,
    poolSize: Math.max(2, options.poolSize ?? 10),
    statementTimeoutMs: options.statementTimeoutMs ?? 30_000,
    slowQueryMs: options.slowQueryMs ?? 500,
    logger: options.logger ?? silent,
  };
}
