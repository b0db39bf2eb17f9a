import { Readable } from 'node:stream';
import { liveStream, wantedList } from '@slimy/api';
import type { FastifyInstance } from 'fastify';
import { requireOwnOrigin } from '../http/origin.js';
import { LIVE_PATH } from './paths.js';
import type { RpcOptions } from './rpc-routes.js';

interface LiveRoute {
  Querystring: Record<string, unknown>;
}

/** No cache may keep a stream, and no proxy hold it back or pack it. */
const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** The stream that carries all subscriptions of a client over one connection. */
export function liveRoute(
  app: FastifyInstance,
  { publicOrigin, contextOf, streams }: Pick<RpcOptions, 'publicOrigin' | 'contextOf' | 'streams'>,
): void {
  app.route<LiveRoute>({
    method: 'GET',
    url: LIVE_PATH,
    exposeHeadRoute: false,
    config: { declares: { rate: 'procedure', authentication: 'procedure', audit: null } },
    onRequest: (request, _reply, done) => {
      requireOwnOrigin(request, publicOrigin, 'unless-silent');
      done();
    },
    handler: async (request, reply) => {
      const { list } = request.query;
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      streams.add(reply.raw);
      const context = contextOf(request);
      const wanted = await wantedList(typeof list === 'string' ? list : undefined, context);
      // One message ahead and no more: what is to come waits in the database.
      const body = Readable.from(liveStream(wanted, context, gone.signal), { highWaterMark: 1 });
      return reply.headers(streamHeaders).send(body);
    },
  });
}
