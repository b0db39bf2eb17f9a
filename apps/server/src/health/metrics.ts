import { createHash, timingSafeEqual } from 'node:crypto';
import { isLoopback } from '@slimy/config';
import { AppError } from '@slimy/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export interface MetricsOptions {
  /** Who may read them; without one, programs on this machine that ask without a proxy. */
  readonly token: string | undefined;
  /** More lines in Prometheus' text format, such as the cache's counters. */
  readonly more: () => Promise<string> | string;
}

function sameText(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** What proxies add to requests that they pass on. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'via'] as const;

/** Whether a program on this machine asks for itself: of whoever comes through a proxy here, the address is its. */
function fromThisMachine({ ip, headers }: FastifyRequest): boolean {
  return isLoopback(ip) && proxyHeaders.every((name) => headers[name] === undefined);
}

function requireReader(request: FastifyRequest, token: string | undefined): void {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const allowed =
    token === undefined ? fromThisMachine(request) : given !== undefined && sameText(given, token);
  if (allowed) return;
  throw token === undefined
    ? new AppError('not_found', 'There is nothing at this address.', {})
    : new AppError('bad_credentials', 'Send METRICS_TOKEN as a bearer token.');
}

/** Counts every answer and serves the counts at `/metrics`. */
export function metrics(app: FastifyInstance, { token, more }: MetricsOptions): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const answers = new Histogram({
    name: 'slimy_http_answer_seconds',
    help: 'Time from a request to the end of its answer.',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  // Looking a pair of labels up costs more than counting, so each pair is looked up once.
  const counted = new Map<string, { observe: (seconds: number) => void }>();
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    const key = `${status} ${route}`;
    const known = counted.get(key) ?? answers.labels(route, status);
    counted.set(key, known);
    known.observe(reply.elapsedTime / 1000);
    done();
  });
  app.get(
    '/metrics',
    { config: { declares: { rate: 'read', authentication: 'metrics', audit: null } } },
    async (request, reply) => {
      requireReader(request, token);
      reply.header('content-type', registry.contentType).header('cache-control', 'no-store');
      return `${await registry.metrics()}\n${await more()}`;
    },
  );
}
