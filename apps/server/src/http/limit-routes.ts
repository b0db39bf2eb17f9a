import { rateKeyOf, type RateClass, type RateLimiter } from '@slimy/api';
import type { Actor } from '@slimy/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Finds out who sends a request. @throws AppError for wrong credentials, or when nobody can look them up now */
export type IdentifySender = (request: FastifyRequest) => Actor | Promise<Actor>;

/**
 * Counts the calls of routes that name a rate class of their own, before anything else: by person where a
 * session is asked for, by address where nobody is known.
 */
export function limitRoutes(app: FastifyInstance, rateLimiter: RateLimiter, identify: IdentifySender): void {
  const count = async (rate: RateClass, actor: Actor, { ip }: FastifyRequest): Promise<void> => {
    await rateLimiter.take(rate, rateKeyOf(actor, ip));
  };
  async function countSender(rate: RateClass, request: FastifyRequest): Promise<void> {
    let sender: Actor;
    try {
      sender = await identify(request);
    } catch (error) {
      await count(rate, { kind: 'anonymous' }, request);
      throw error;
    }
    await count(rate, sender, request);
  }
  app.addHook('onRoute', (route) => {
    const declares = route.config?.declares;
    const rate = declares?.rate;
    if (rate === undefined || rate === 'none' || rate === 'procedure') return;
    const counted =
      declares?.authentication === 'session'
        ? (request: FastifyRequest) => countSender(rate, request)
        : (request: FastifyRequest) => count(rate, { kind: 'anonymous' }, request);
    route.onRequest = [counted, ...[route.onRequest ?? []].flat()];
  });
}
