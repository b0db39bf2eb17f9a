import type { TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { callContext } from '../calls/call-context.js';
import { asSlimyError } from '../errors.js';
import type { ResolvedOptions } from '../options.js';
import type { SlimyRouter } from '../router-type.js';
import type { LiveConnections } from './live-connections.js';
import { shareStreams } from './share-streams.js';

/** The links for subscriptions: all of one acting person travel over one connection, equal ones as one. */
export function liveLinks(connections: LiveConnections, options: ResolvedOptions): TRPCLink<SlimyRouter>[] {
  return [
    shareStreams(options),
    () =>
      ({ op }) =>
        observable((observer) => {
          try {
            const { actingAs } = callContext(op.context, options);
            return connections.for(actingAs).add(op, observer);
          } catch (error) {
            observer.error(asSlimyError(error));
            return;
          }
        }),
  ];
}
