import { AppError } from '@slimy/core';
import type { FastifyInstance } from 'fastify';
import type { OpenStreams } from '../rpc/open-streams.js';

/** Milliseconds that requests under way have to end once the server stops. */
const GRACE_MS = 2_000;

/**
 * Lets a server stop in good order: open streams end at once, requests under way are answered, new ones on
 * connections that are still open are told to come back, and whatever is left after two seconds is cut.
 */
export function closeInOrder(app: FastifyInstance, streams: OpenStreams): void {
  let closing = false;
  let cut: NodeJS.Timeout | undefined;
  app.addHook('onRequest', (_request, reply, done) => {
    if (!closing) {
      done();
      return;
    }
    reply.header('connection', 'close');
    done(new AppError('shutting_down', 'The server is stopping. Try again in a few seconds.'));
  });
  app.addHook('preClose', (done) => {
    closing = true;
    streams.endAll();
    cut = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
    cut.unref();
    done();
  });
  app.addHook('onClose', (_instance, done) => {
    clearTimeout(cut);
    done();
  });
}
