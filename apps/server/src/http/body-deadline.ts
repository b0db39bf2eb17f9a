import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** How long bodies may take to arrive. */
export interface BodyTimes {
  /** Milliseconds for the whole of one. */
  readonly wholeMs: number;
  /** On routes that take large files: milliseconds without a byte, and the pace that is asked for after as many. */
  readonly pauseMs: number;
  readonly leastBytesPerSecond: number;
}

/** What clients have; a file of 25 MB at the least pace takes 27 minutes. */
export const BODY_TIMES: BodyTimes = { wholeMs: 30_000, pauseMs: 20_000, leastBytesPerSecond: 16_384 };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its bodies may take long as long as they go on: the bound is their pace. */
    slowBody?: boolean;
  }
}

/** A request that is handed in without a connection has none to hold. */
function bringsBody({ headers, socket }: IncomingMessage): boolean {
  if (!(socket instanceof Socket)) return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Answers as Node does where a request takes too long as a whole, and ends the connection. */
function cut(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  if (!response.headersSent) socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
  socket.destroySoon();
}

/** Looks now and then at what of a body has arrived; says when it came to a stop, or is slower than it may be. */
function watchPace({ socket }: IncomingMessage, times: BodyTimes, tooSlow: () => void): NodeJS.Timeout {
  const { pauseMs, leastBytesPerSecond } = times;
  const began = performance.now();
  const before = socket.bytesRead;
  let last = { at: began, bytes: before };
  return setInterval(() => {
    const at = performance.now();
    const bytes = socket.bytesRead;
    if (bytes !== last.bytes) last = { at, bytes };
    const elapsed = at - began;
    const isSlow = elapsed > pauseMs && bytes - before < (leastBytesPerSecond * elapsed) / 1000;
    if (isSlow || at - last.at > pauseMs) tooSlow();
  }, pauseMs / 4);
}

/**
 * Bounds the time of every body by itself, for Node knows one bound for all requests of a server: within `wholeMs`,
 * and on routes for large files by their pace. What is too slow is cut, so that nobody holds connections for nothing.
 */
export function limitBodyTime(app: FastifyInstance, times: BodyTimes): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    if (bringsBody(raw)) {
      const tooSlow = (): void => {
        over();
        cut(raw, reply.raw);
      };
      const timer =
        request.routeOptions.config.slowBody === true
          ? watchPace(raw, times, tooSlow)
          : setTimeout(tooSlow, times.wholeMs);
      timer.unref();
      const over = (): void => clearTimeout(timer);
      raw.once('end', over).once('close', over);
    }
    done();
  });
}
