import { z } from 'zod';
import { page, pageInput } from '../pages.js';
import { done, noInput, opaqueId } from '../scalars.js';
import { mutation, query } from './procedure.js';

const latency = z.number().nullable();
const cacheKey = z.string().min(1).max(512);

/** The health of each part, with times in milliseconds. */
export const systemHealth = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  version: z.string(),
  uptimeSeconds: z.number(),
  database: z.object({
    ok: z.boolean(),
    engine: z.enum(['sqlite', 'mysql']),
    serverVersion: z.string().nullable(),
    latencyMs: latency,
    migrations: z.object({ applied: z.int(), pending: z.int() }),
  }),
  cache: z.object({
    ok: z.boolean(),
    mode: z.enum(['in-process', 'redis']),
    latencyMs: latency,
    pendingInvalidations: z.int(),
  }),
  outbox: z.object({ unpublished: z.int(), oldestSeconds: z.number().nullable() }),
  jobs: z.object({ waiting: z.int(), running: z.int(), dead: z.int() }),
  disk: z.object({ freeBytes: z.number().nullable() }),
});
export type SystemHealth = z.infer<typeof systemHealth>;

/** Counters of one cache namespace since the process started. */
export const cacheNamespaceStats = z.object({
  namespace: z.string(),
  localHits: z.int(),
  sharedHits: z.int(),
  staleHits: z.int(),
  misses: z.int(),
  coalesced: z.int(),
  leaseWaits: z.int(),
  errors: z.int(),
  invalidations: z.int(),
  readP50Ms: z.number().nullable(),
  readP99Ms: z.number().nullable(),
});

export const jobState = z.enum(['queued', 'running', 'done', 'dead']);

/** Work in the background, as an operator sees it. */
export const listedJob = z.object({
  id: opaqueId,
  kind: z.string(),
  state: jobState,
  guildId: z.string().nullable(),
  /** When it may run next, or ran last. */
  runAt: z.date(),
  attempts: z.int(),
  maxAttempts: z.int(),
  /** Why the last attempt failed. */
  lastError: z.string().nullable(),
  createdAt: z.date(),
  finishedAt: z.date().nullable(),
});

export const systemProcedures = {
  'system.version': query(
    noInput,
    z.object({
      version: z.string(),
      contractHash: z.string(),
      demo: z.boolean(),
      login: z.object({ discord: z.boolean(), demo: z.boolean() }),
    }),
  ),
  'system.health': query(noInput, systemHealth),
  'system.cacheStats': query(
    noInput,
    z.object({
      mode: z.enum(['in-process', 'redis']),
      breaker: z.enum(['closed', 'open', 'half-open']),
      localEntries: z.int(),
      localBytes: z.int(),
      pendingInvalidations: z.int(),
      namespaces: z.array(cacheNamespaceStats),
    }),
  ),
  'system.cacheExplain': query(
    z.strictObject({ key: cacheKey }),
    z.object({
      key: z.string(),
      served: z.boolean(),
      tier: z.enum(['local', 'shared', 'none']),
      reason: z.string(),
      storedAt: z.date().nullable(),
      expiresAt: z.date().nullable(),
      source: z.string().nullable(),
      schemaVersion: z.string().nullable(),
      changedDependencies: z.array(z.string()),
    }),
  ),
  'system.cacheInvalidate': mutation(
    z
      .strictObject({
        keys: z.array(cacheKey).max(100).optional(),
        tags: z.array(cacheKey).max(100).optional(),
        pattern: cacheKey.optional(),
      })
      .refine(
        (input) => Object.values(input).some((part) => part !== undefined),
        'name keys, tags or a pattern',
      ),
    z.object({ outcome: z.enum(['confirmed', 'pending']) }),
  ),
  'system.cacheClear': mutation(noInput, done),
  'system.jobs': query(
    z.strictObject({
      /** The dead ones unless another state is asked for. */
      state: jobState.default('dead'),
      ...pageInput(),
    }),
    page(listedJob),
  ),
  'system.jobRetry': mutation(z.strictObject({ jobId: opaqueId }), done),
} as const;
