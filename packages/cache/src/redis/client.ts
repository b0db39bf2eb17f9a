import { Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress } from './address.js';

/**
 * A server that stops answering is dropped after a second and tried again soon; until then commands
 * fail at once. Deadlines of single commands are the cache's own.
 */
const patience = {
  connectTimeout: 1_000,
  socketTimeout: 1_000,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  enableAutoPipelining: false,
  disableClientInfo: true,
} as const satisfies RedisOptions;

function reconnectDelay(attempt: number): number {
  return Math.min(25 * attempt, 200);
}

function identity(address: RedisAddress) {
  return {
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(address.tls === undefined ? {} : { tls: { ...address.tls } }),
  };
}

function sentinelOptions(address: RedisAddress) {
  return {
    sentinels: address.hosts.map((host) => ({ ...host })),
    name: address.master,
    sentinelRetryStrategy: reconnectDelay,
    sentinelCommandTimeout: 1_000,
    failoverDetector: true,
    enableTLSForSentinelMode: address.tls !== undefined,
    ...(address.tls === undefined ? {} : { sentinelTLS: { ...address.tls } }),
  };
}

function singleOptions(address: RedisAddress) {
  return { ...address.hosts[0], db: address.database };
}

/** A client of one server, or of the master that Sentinels name. It does not connect by itself. */
export function singleClient(address: RedisAddress, extra: { readonly retryStrategy?: null } = {}): Redis {
  return new Redis({
    ...patience,
    ...identity(address),
    ...(address.kind === 'sentinel' ? sentinelOptions(address) : singleOptions(address)),
    retryStrategy: reconnectDelay,
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    lazyConnect: true,
    ...extra,
  });
}
