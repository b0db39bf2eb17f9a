import { rateKeyOf, type RateLimiter } from '@slimy/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Counts the calls of routes that name a rate class of their own, by address, before anything else. */
export function limitRoutes(app: FastifyInstance, rateLimiter: RateLimiter): void {
  app.addHook('onRoute', (route) => {
    const rate = route.config?.declares?.rate;
    if (rate === undefined || rate === 'none' || rate === 'procedure') return;
    const count = async ({ ip }: FastifyRequest): Promise<void> => {
      await rateLimiter.take(rate, rateKeyOf({ kind: 'anonymous' }, ip));
    };
    route.onRequest = [count, ...[route.onRequest ?? []].flat()];
  });
}
