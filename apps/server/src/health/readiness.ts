import type { Cache } from '@slimy/cache';
import { migrationStatus, type Database, type DatabaseOptions } from '@slimy/db';
import type { PartHealth, Readiness } from './health-routes.js';

/** Milliseconds for which a look at the migrations holds: only a new version of the program changes them. */
const MIGRATIONS_HOLD_MS = 30_000;
/** Milliseconds that one part may take to answer. */
const PART_TIMEOUT_MS = 2_000;

const away: PartHealth = { ok: false, latencyMs: null };

/** What a part answers in time, or what stands for silence. */
async function inTime<Answer>(ask: Promise<Answer>, silence: Answer): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve(silence), PART_TIMEOUT_MS);
  });
  try {
    return await Promise.race([ask, late]);
  } catch {
    return silence;
  } finally {
    clearTimeout(timer);
  }
}

/** Makes the function that asks every part how it is. */
export function readinessOf(
  database: Database,
  cache: Cache,
  migrated: Pick<DatabaseOptions, 'url' | 'tls' | 'caFile'>,
): () => Promise<Readiness> {
  let known: { readonly at: number; readonly migrations: Readiness['migrations'] } | undefined;

  async function migrations(): Promise<Readiness['migrations']> {
    if (known && performance.now() - known.at < MIGRATIONS_HOLD_MS) return known.migrations;
    const { ready, pending } = await migrationStatus(migrated);
    known = { at: performance.now(), migrations: { ok: ready, pending: pending.length } };
    return known.migrations;
  }

  async function databaseHealth(): Promise<PartHealth> {
    return { ok: true, latencyMs: await database.health() };
  }

  return async () => {
    const cacheAway = { ...away, mode: cache.stats().mode, pendingInvalidations: 0 };
    const [databasePart, cachePart] = await Promise.all([
      inTime(databaseHealth(), away),
      inTime(cache.health(), cacheAway),
    ]);
    const unknown = known?.migrations ?? { ok: false, pending: 0 };
    return {
      database: databasePart,
      migrations: databasePart.ok ? await inTime(migrations(), unknown) : unknown,
      cache: { ok: cachePart.ok, mode: cachePart.mode, latencyMs: cachePart.latencyMs },
    };
  };
}
