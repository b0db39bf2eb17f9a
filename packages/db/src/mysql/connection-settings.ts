import { readFileSync } from 'node:fs';
import { DatabaseError } from '../errors.js';
import type { ResolvedOptions } from '../options.js';

/** How to reach the server. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Without `verifyIdentity` the driver does not hold the certificate against the host. */
  readonly ssl:
    | { readonly ca?: string; readonly rejectUnauthorized: boolean; readonly verifyIdentity: boolean }
    | undefined;
}

/** Milliseconds until a connection that does not come up is given up. */
export const CONNECT_TIMEOUT_MS = 4_000;
/** Milliseconds to wait for a free connection of a pool. */
export const ACQUIRE_TIMEOUT_MS = 5_000;

/** What every session starts with: clocks in UTC, and values that do not fit are errors whatever the server says. */
export const sessionSettings =
  "SET time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION'";

function certificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new DatabaseError('unavailable', `DATABASE_CA_FILE cannot be read: ${file}.`, { cause });
  }
}

function encryption({ tls, caFile }: ResolvedOptions): ServerAddress['ssl'] {
  if (tls === 'off') return undefined;
  const ca = caFile === undefined ? {} : { ca: certificates(caFile) };
  return { ...ca, rejectUnauthorized: tls === 'verify', verifyIdentity: tls === 'verify' };
}

/** The parts of the address; user and password may be percent-encoded. */
export function serverAddress(text: string, options: ResolvedOptions): ServerAddress {
  const url = new URL(text);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ssl: encryption(options),
  };
}
