import type { Activity } from './activity.js';
import type { Clock } from './clock.js';
import type { GatewaySession } from './gateway-session.js';
import type { FakeWorld } from './world.js';

/** What all connections of the gateway share. */
export interface GatewayState {
  readonly world: FakeWorld;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly token: string;
  readonly membersIntent: boolean;
  readonly heartbeatIntervalMs: number;
  /** How many shards clients must at least use. */
  readonly shards: number;
  readonly sessions: Map<string, GatewaySession>;
  /** Identifications that were accepted. */
  readonly identifies: { intents: number }[];
  /** Connections that were closed because the client broke the protocol. */
  readonly refusals: { code: number; reason: string }[];
  resumes: number;
  heartbeats: number;
  heartbeatsMuted: boolean;
  /** The address clients connect to. */
  url: string;
}
