import {
  createContext,
  RateLimiter,
  treatmentOf,
  type ApiContext,
  type ApiDependencies,
  type FailedCall,
} from '@slimy/api';
import { unnamedProxy } from '@slimy/config';
import { headerNames } from '@slimy/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { authRoutes } from './auth/auth-routes.js';
import { actorOf } from './auth/credentials.js';
import { loginCookie, sessionCookie } from './auth/bound-cookie.js';
import { discordRoutes } from './auth/discord-routes.js';
import { healthRoutes } from './health/health-routes.js';
import { metrics } from './health/metrics.js';
import { BODY_TIMES } from './http/body-deadline.js';
import { closeInOrder } from './http/closing.js';
import { redirectToPublicHost } from './http/host-redirect.js';
import { limitRoutes } from './http/limit-routes.js';
import { openApp } from './http/open-app.js';
import { requireOwnPages } from './http/origin.js';
import { requestFacts } from './http/request-facts.js';
import { liveRoute } from './rpc/live-route.js';
import { OpenStreams } from './rpc/open-streams.js';
import { rpcRoutes } from './rpc/rpc-routes.js';
import type { ServerParts } from './server-parts.js';
import { uploadRoutes } from './uploads/upload-routes.js';
import { staticWeb } from './web/static-web.js';

/** Tells log and audit trail of calls that did not go through. */
function failureReporter({ logger, core }: ServerParts): (failure: FailedCall) => Promise<void> {
  return async ({ caller, request, procedure, audit, guildId, error }) => {
    const { logged } = treatmentOf(error.reason);
    const fields = { requestId: request.requestId, procedure, err: error.cause ?? error };
    if (logged) logger[logged](fields, `${procedure}: ${error.reason}`);
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
  const { settings, core, counter, bodyTimes = BODY_TIMES } = parts;
  const { origin: publicOrigin, protocol } = new URL(settings.PUBLIC_URL);
  const cookie = sessionCookie(settings.PUBLIC_URL);
  const shared = settings.REDIS_URL !== undefined;
  const rateLimiter = new RateLimiter({ counter, shared, factor: settings.RATE_LIMIT_FACTOR });
  const dependencies: ApiDependencies = {
    services: core.services,
    permissions: core.permissions,
    rateLimiter,
    onFailure: failureReporter(parts),
  };
  const identify = (request: FastifyRequest) => actorOf(request, core.authentication, cookie);
  const contextOf = (request: FastifyRequest): ApiContext =>
    createContext(dependencies, {
      request: requestFacts(request),
      authenticate: () => identify(request),
      clientContract: clientContractOf(request),
      bodyProblem: request.bodyProblem,
    });

  const doubt = unnamedProxy(settings);
  if (doubt) parts.logger.warn(`${doubt.message} ${doubt.remedy}`);
  const https = protocol === 'https:';
  const app = openApp({ logger: parts.logger, https, proxies: settings.TRUST_PROXY, contextOf, bodyTimes });
  const streams = new OpenStreams();
  app.decorateRequest('bodyProblem', null);
  closeInOrder(app, streams);
  redirectToPublicHost(app, settings.PUBLIC_URL);
  requireOwnPages(app, publicOrigin);
  limitRoutes(app, rateLimiter, identify);

  metrics(app, { token: settings.METRICS_TOKEN, more: parts.moreMetrics });
  healthRoutes(app, parts.readiness);
  rpcRoutes(app, { publicOrigin, contextOf, streams, databaseAwaySeconds: core.databaseAwaySeconds });
  liveRoute(app, { publicOrigin, contextOf, streams });
  authRoutes(app, { cookie, core });
  discordRoutes(app, { sessionCookie: cookie, loginCookie: loginCookie(settings.PUBLIC_URL), core });
  await uploadRoutes(app, core);
  if (parts.webRoot !== null) {
    await staticWeb(app, { root: parts.webRoot, pictureHost: new URL(settings.DISCORD_CDN_BASE).origin });
  }
  return app;
}
