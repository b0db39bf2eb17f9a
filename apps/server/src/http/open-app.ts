import { contractHash, headerNames, limits } from '@slimy/contract';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { RPC_PATH_MAX } from '../rpc/paths.js';
import { limitBodyTime, type BodyTimes } from './body-deadline.js';
import { answerErrors, errorAnswerer, type ContextOf, type MarkAnswer } from './error-answers.js';
import { requestId } from './request-id.js';
import { requireRouteDeclarations } from './route-declaration.js';
import { securityHeaders } from './security-headers.js';

/** Milliseconds a client may take to send the head of a request, and how often that is looked at. */
const HEAD_TIMEOUT_MS = 30_000;
const LOOK_MS = 5_000;

/** No route has a schema of Fastify's: the contract checks. Its compilers for them take a tenth of a start to load. */
const noCompiler = () => () => {
  throw new TypeError(
    'A route of this server must not have a schema: the contract checks what it takes and gives.',
  );
};

export interface AppOptions {
  readonly logger: FastifyBaseLogger;
  readonly https: boolean;
  /** Proxies in front whose word on the client's address is taken. */
  readonly proxies: number;
  readonly contextOf: ContextOf;
  /** How long bodies may take. */
  readonly bodyTimes: BodyTimes;
}

/** Fastify with what holds for every route: bounds, headers, request ids, errors in our vocabulary. */
export function openApp({ logger, https, proxies, contextOf, bodyTimes }: AppOptions): FastifyInstance {
  const everywhere = { ...securityHeaders(https), [headerNames.contractHash]: contractHash() };
  const mark: MarkAnswer = (request, reply) => {
    reply.headers(everywhere).header(headerNames.requestId, request.id);
  };
  const answer = errorAnswerer(contextOf, mark);
  const app = Fastify({
    loggerInstance: logger,
    // What we log names the request itself; a logger made for each request would cost more than it says.
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: answer,
    genReqId: requestId,
    trustProxy: proxies === 0 ? false : (_address, hop) => hop < proxies,
    bodyLimit: limits.bodyBytesMax,
    // Bodies have bounds of their own, see `limitBodyTime`.
    requestTimeout: 0,
    http: { headersTimeout: HEAD_TIMEOUT_MS, connectionsCheckingInterval: LOOK_MS },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
    routerOptions: { maxParamLength: RPC_PATH_MAX },
  });
  // No route takes a type of body that it does not name.
  app.removeAllContentTypeParsers();
  requireRouteDeclarations(app);
  app.addHook('onRequest', (request, reply, done) => {
    mark(request, reply);
    done();
  });
  limitBodyTime(app, bodyTimes);
  answerErrors(app, answer);
  return app;
}
