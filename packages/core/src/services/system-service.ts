import { statfs } from 'node:fs/promises';
import type { Cache } from '@slimy/cache';
import { contractHash, type SystemHealth } from '@slimy/contract';
import type { Database, MigrationStatus, Repositories } from '@slimy/db';
import { SECOND, type Clock } from '../clock.js';
import { AppError } from '../errors.js';
import { inServiceWords } from '../write/failures.js';
import type { WritePath } from '../write/write-path.js';
import type { SystemService } from './services.js';

interface SystemServiceParts {
  readonly version: string;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly startedAt: Date;
  readonly database: Database;
  readonly repositories: Repositories;
  readonly cache: Cache;
  readonly writes: WritePath;
  /** Where the database stands with its migrations. */
  readonly migrations: () => Promise<MigrationStatus>;
  readonly isDemo: () => boolean;
  /** Which ways to sign in there are. */
  readonly login: () => { readonly discord: boolean; readonly demo: boolean };
}

/** What a part answers, or what stands for it while it does not. */
async function orElse<Answer>(ask: () => Promise<Answer>, fallback: Answer): Promise<Answer> {
  try {
    return await ask();
  } catch {
    return fallback;
  }
}

/** A name the cache does not take is wrong input of the operator's. */
async function asInput<Result>(field: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new AppError('invalid_input', error.message, {
      fields: [{ path: [field], message: error.message }],
    });
  }
}

export function createSystemService(parts: SystemServiceParts): SystemService {
  const { cache, clock, database, repositories, writes } = parts;

  async function databaseHealth(): Promise<SystemHealth['database']> {
    const latencyMs = await orElse<number | null>(() => database.health(), null);
    const migrations = await orElse<MigrationStatus | null>(parts.migrations, null);
    return {
      ok: latencyMs !== null,
      engine: database.engine,
      serverVersion: database.version,
      latencyMs,
      migrations: { applied: migrations?.applied.length ?? 0, pending: migrations?.pending.length ?? 0 },
    };
  }

  async function outboxHealth(): Promise<SystemHealth['outbox']> {
    const now = clock.now().getTime();
    const { count, oldest } = await repositories.outbox.backlog(new Date(now - SECOND));
    return { unpublished: count, oldestSeconds: oldest && (now - oldest.getTime()) / SECOND };
  }

  async function health(): Promise<SystemHealth> {
    const [databasePart, cachePart, outbox, jobs, disk] = await Promise.all([
      databaseHealth(),
      cache.health(),
      orElse(outboxHealth, { unpublished: 0, oldestSeconds: null }),
      orElse(() => repositories.jobs.counts(), { waiting: 0, running: 0, dead: 0 }),
      orElse<number | null>(async () => {
        const { bavail, bsize } = await statfs(parts.dataDir);
        return bavail * bsize;
      }, null),
    ]);
    const degraded = !cachePart.ok || databasePart.migrations.pending > 0;
    return {
      status: databasePart.ok ? (degraded ? 'degraded' : 'ok') : 'down',
      version: parts.version,
      uptimeSeconds: (clock.now().getTime() - parts.startedAt.getTime()) / SECOND,
      database: databasePart,
      cache: cachePart,
      outbox,
      jobs,
      disk: { freeBytes: disk },
    };
  }

  return {
    version: async () => ({
      version: parts.version,
      contractHash: contractHash(),
      demo: parts.isDemo(),
      login: parts.login(),
    }),

    health: () => health(),

    async cacheStats() {
      const stats = cache.stats();
      return { ...stats, namespaces: stats.namespaces.map((one) => ({ ...one })) };
    },

    cacheExplain: (_caller, { key }) =>
      asInput('key', async () => {
        const explanation = await cache.explain(key);
        return { ...explanation, changedDependencies: [...explanation.changedDependencies] };
      }),

    async cacheInvalidate(caller, { keys = [], tags = [], pattern }) {
      const touch = { keys, tags, patterns: pattern === undefined ? [] : [pattern] };
      const outcome = await asInput('pattern', () => cache.invalidate(touch));
      await writes.change(caller, [], async (change) => {
        change.audit({
          action: 'cache.invalidate',
          resourceType: 'cache',
          resourceId: null,
          details: touch,
        });
      });
      return { outcome };
    },

    async cacheClear(caller) {
      await cache.clear();
      await writes.change(caller, [], async (change) => {
        change.audit({ action: 'cache.clear', resourceType: 'cache', resourceId: null });
      });
      return { ok: true };
    },

    jobs: (_caller, { state, limit, cursor }) =>
      inServiceWords(async () => {
        const { items, nextCursor } = await repositories.jobs.page(state, { limit, cursor });
        return { items: [...items], nextCursor };
      }),

    jobRetry: (caller, { jobId }) =>
      writes.change(caller, [], async (change) => {
        const kind = await change.repositories.jobs.revive(jobId, change.now);
        if (kind === null) {
          throw new AppError('not_found', 'There is no job of that id that was given up.', {
            remedy: 'List the jobs in the state "dead".',
          });
        }
        change.audit({
          action: 'job.retry',
          resourceType: 'job',
          resourceId: jobId,
          details: { kind },
        });
        return { ok: true as const };
      }),
  };
}
