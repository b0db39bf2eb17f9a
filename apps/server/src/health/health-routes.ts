import type { FastifyInstance } from 'fastify';

/** How one part the program stands on is doing. */
export interface PartHealth {
  readonly ok: boolean;
  /** Milliseconds of one round trip; null when there was none. */
  readonly latencyMs: number | null;
}

/** What `/readyz` says. */
export interface Readiness {
  readonly database: PartHealth;
  readonly migrations: { readonly ok: boolean; readonly pending: number };
  readonly cache: PartHealth & { readonly mode: 'in-process' | 'redis' };
}

const declares = { rate: 'none', authentication: 'none', audit: null } as const;

/**
 * `/healthz`: this process is alive. `/readyz`: it can serve; 503 only without database or migrations, because
 * without Redis it serves all the same (`degraded`).
 */
export function healthRoutes(app: FastifyInstance, readiness: () => Promise<Readiness>): void {
  app.get('/healthz', { config: { declares } }, (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  );

  app.get('/readyz', { config: { declares } }, async (_request, reply) => {
    const parts = await readiness();
    const serves = parts.database.ok && parts.migrations.ok;
    const status = !serves ? 'down' : parts.cache.ok ? 'ok' : 'degraded';
    return reply
      .header('cache-control', 'no-store')
      .code(serves ? 200 : 503)
      .send({ status, ...parts });
  });
}
