import {
  createContext,
  RateLimiter,
  treatmentOf,
  type ApiContext,
  type ApiDependencies,
  type FailedCall,
} from '@slimy/api';
import { contractHash, headerNames, limits } from '@slimy/contract';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
} from 'fastify';
import { authRoutes } from './auth/auth-routes.js';
import { actorOf } from './auth/credentials.js';
import { SessionCookie } from './auth/session-cookie.js';
import { healthRoutes } from './health/health-routes.js';
import { metrics } from './health/metrics.js';
import { closeInOrder } from './http/closing.js';
import { answerErrors, errorAnswerer } from './http/error-answers.js';
import { redirectToPublicHost } from './http/host-redirect.js';
import { limitRoutes } from './http/limit-routes.js';
import { requestFacts } from './http/request-facts.js';
import { requestId } from './http/request-id.js';
import { requireRouteDeclarations } from './http/route-declaration.js';
import { securityHeaders } from './http/security-headers.js';
import { OpenStreams } from './rpc/open-streams.js';
import { RPC_PATH_MAX } from './rpc/path-limit.js';
import { rpcRoutes } from './rpc/rpc-routes.js';
import type { ServerParts } from './server-parts.js';
import { staticWeb } from './web/static-web.js';

/** Milliseconds a client may take to send a request. */
const REQUEST_TIMEOUT_MS = 30_000;

function failureReporter({ logger, core }: ServerParts): (failure: FailedCall) => Promise<void> {
  return async ({ caller, request, procedure, audit, guildId, error }) => {
    const { logged } = treatmentOf(error.reason);
    const { requestId: id } = request;
    if (logged)
      logger[logged](
        { requestId: id, procedure, err: error.cause ?? error },
        `${procedure}: ${error.reason}`,
      );
    if (caller) await core.recordRefusal({ caller, action: audit ?? procedure, guildId, error });
  };
}

/** The one header of a client's request that says which contract it was built against. */
function clientContractOf(request: FastifyRequest): string | null {
  const hash = request.headers[headerNames.contractHash];
  return typeof hash === 'string' ? hash : null;
}

/**
 * The HTTP side of the program: procedures, sign-in, health, metrics and the web page. It listens on no port
 * until it is told to, so tests call it by `inject`.
 */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const { settings, core } = parts;
  const { origin: publicOrigin, protocol } = new URL(settings.PUBLIC_URL);
  const cookie = new SessionCookie(settings.PUBLIC_URL);
  const rateLimiter = new RateLimiter({
    counter: parts.counter,
    shared: settings.REDIS_URL !== undefined,
    factor: settings.RATE_LIMIT_FACTOR,
  });
  const dependencies: ApiDependencies = {
    services: core.services,
    permissions: core.permissions,
    rateLimiter,
    onFailure: failureReporter(parts),
  };
  const contextOf = (request: FastifyRequest): ApiContext =>
    createContext(dependencies, {
      request: requestFacts(request),
      authenticate: () => actorOf(request, core.authentication, cookie),
      clientContract: clientContractOf(request),
    });

  const answer = errorAnswerer(contextOf);
  const loggerInstance: FastifyBaseLogger = parts.logger;
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: answer,
    genReqId: requestId,
    trustProxy: (_address, hop) => hop < settings.TRUST_PROXY,
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: RPC_PATH_MAX },
  });
  app.removeAllContentTypeParsers();
  requireRouteDeclarations(app);
  const everywhere = {
    ...securityHeaders(protocol === 'https:'),
    [headerNames.contractHash]: contractHash(),
  };
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(everywhere).header(headerNames.requestId, request.id);
    done();
  });
  const streams = new OpenStreams();
  closeInOrder(app, streams);
  redirectToPublicHost(app, settings.PUBLIC_URL);
  limitRoutes(app, rateLimiter);
  answerErrors(app, answer);

  metrics(app, { token: settings.METRICS_TOKEN, more: parts.moreMetrics });
  healthRoutes(app, parts.readiness);
  rpcRoutes(app, { publicOrigin, contextOf, streams });
  authRoutes(app, { publicOrigin, cookie, core });
  if (parts.webRoot !== null) {
    await staticWeb(app, { root: parts.webRoot, pictureHost: new URL(settings.DISCORD_CDN_BASE).origin });
  }
  return app;
}
