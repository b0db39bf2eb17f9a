import { appErrorOf, treatmentOf } from '@slimy/api';
import {
  AppError,
  DISCORD_CALLBACK_PATH,
  LOGIN_LIFETIME,
  type Core,
  type DiscordLogin,
  type LoginReturn,
} from '@slimy/core';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { requestFacts } from '../http/request-facts.js';
import { keepPrivate } from '../http/security-headers.js';
import type { BoundCookie } from './bound-cookie.js';
import { actorOf } from './credentials.js';

export interface DiscordRoutesOptions {
  readonly sessionCookie: BoundCookie;
  readonly loginCookie: BoundCookie;
  readonly core: Pick<Core, 'authentication' | 'discordLogin'>;
}

interface LoginQuery {
  Querystring: Record<string, unknown>;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 4000 ? value : null;
}

/** What goes wrong while somebody signs in is told by the page they come from, not in JSON. */
function backToSignIn(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  returnTo: string | null,
): void {
  const { reason, cause } = appErrorOf(thrown);
  const { logged } = treatmentOf(reason);
  if (logged) request.log[logged]({ requestId: request.id, err: cause ?? thrown }, `Sign-in: ${reason}`);
  keepPrivate(reply);
  const search = new URLSearchParams({ problem: reason, ...(returnTo !== null && { returnTo }) });
  void reply.redirect(`/sign-in?${search.toString()}`, 303);
}

function required(login: DiscordLogin | null): DiscordLogin {
  if (login) return login;
  throw new AppError('not_configured', 'This installation has no application at Discord.', {
    remedy: 'The operator should set DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET.',
  });
}

function returnOf(query: Record<string, unknown>, cookie: string | null): LoginReturn {
  const [code, state, error] = [textOf(query['code']), textOf(query['state']), textOf(query['error'])];
  return { code, state, error, cookie };
}

/** Signing in with Discord: to its page, and back. */
export function discordRoutes(app: FastifyInstance, options: DiscordRoutesOptions): void {
  const { sessionCookie, loginCookie, core } = options;
  const shared = {
    exposeHeadRoute: false,
    errorHandler: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      const returnTo = core.discordLogin?.wantedPath(loginCookie.read(request.headers.cookie)) ?? null;
      backToSignIn(error, request, reply, returnTo);
    },
  } satisfies RouteShorthandOptions;

  app.get<LoginQuery>(
    '/auth/discord/login',
    { ...shared, config: { declares: { rate: 'login', authentication: 'none', audit: null } } },
    async (request, reply) => {
      keepPrivate(reply);
      const begun = required(core.discordLogin).begin(textOf(request.query['returnTo']));
      const ends = new Date(Date.now() + LOGIN_LIFETIME);
      return reply.header('set-cookie', loginCookie.issued(begun.cookie, ends)).redirect(begun.address, 303);
    },
  );

  app.get<LoginQuery>(
    DISCORD_CALLBACK_PATH,
    {
      ...shared,
      config: { declares: { rate: 'read', authentication: 'none', audit: 'session.sign_in' } },
    },
    async (request, reply) => {
      keepPrivate(reply);
      // Whatever comes of it: a sign-in that was begun once is not gone on with twice.
      reply.header('set-cookie', loginCookie.cleared());
      const { cookie } = request.headers;
      const facts = requestFacts(request);
      const came = returnOf(request.query, loginCookie.read(cookie));
      const { session, returnTo } = await required(core.discordLogin).finish(came, facts);
      // The session this browser had before ends: no token outlives a sign-in.
      const before = await actorOf(request, core.authentication, sessionCookie);
      await core.authentication.signOut({ actor: before, request: facts });
      reply.header('set-cookie', sessionCookie.issued(session.token, session.expiresAt));
      return reply.redirect(returnTo, 303);
    },
  );
}
