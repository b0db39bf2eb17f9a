import type { RedisSettings } from '../options.js';
import { readRedisAddress } from './address.js';
import { ClusterPort } from './cluster-port.js';
import type { RedisPort, RedisPortEvents } from './port.js';
import { SinglePort } from './single-port.js';

/** Opens the connection that the settings name, and keeps reopening it until it is closed. */
export function connectRedis(
  settings: RedisSettings,
  events: RedisPortEvents,
): { readonly port: RedisPort; readonly shown: string } {
  const address = readRedisAddress(settings);
  const port =
    address.kind === 'cluster' ? new ClusterPort(address, events) : new SinglePort(address, events);
  return { port, shown: address.shown };
}
