import { AppError, type Core } from '@slimy/core';
import type { FastifyInstance } from 'fastify';
import { requestFacts } from '../http/request-facts.js';
import { keepPrivate } from '../http/security-headers.js';
import { actorOf } from './credentials.js';
import type { BoundCookie } from './bound-cookie.js';

export interface AuthRoutesOptions {
  readonly cookie: BoundCookie;
  readonly core: Pick<Core, 'authentication' | 'signInToDemo' | 'discordLogin'>;
}

/** Signing in to the demo, and signing out. */
export function authRoutes(app: FastifyInstance, options: AuthRoutesOptions): void {
  const { cookie } = options;
  const { authentication, signInToDemo } = options.core;

  app.post(
    '/auth/demo',
    { config: { declares: { rate: 'login', authentication: 'none', audit: 'session.sign_in_demo' } } },
    async (request, reply) => {
      keepPrivate(reply);
      if (signInToDemo === null) throw new AppError('not_found', 'There is no demo to sign in to here.');
      const { token, expiresAt } = await signInToDemo(requestFacts(request));
      return reply.header('set-cookie', cookie.issued(token, expiresAt)).code(204).send();
    },
  );

  app.post(
    '/auth/logout',
    { config: { declares: { rate: 'write', authentication: 'session', audit: 'session.sign_out' } } },
    async (request, reply) => {
      keepPrivate(reply);
      const actor = await actorOf(request, authentication, cookie);
      await authentication.signOut({ actor, request: requestFacts(request) });
      if (actor.kind === 'user') await options.core.discordLogin?.signedOut(actor.userId);
      return reply.header('set-cookie', cookie.cleared()).code(204).send();
    },
  );
}
