import type { CacheExplanation } from './cache.js';
import type { CacheParts } from './cache-parts.js';
import { describeDependency } from './dependencies.js';
import { changedPositions, judgeEntry } from './entry-check.js';
import type { StoredEntry } from './entry.js';
import type { LocalEntry } from './local-tier.js';
import type { ReadOptions } from './options.js';
import { isConfirmed } from './question.js';

const states = {
  fresh: 'the entry in Redis is current',
  stale: 'the entry in Redis is past its TTL; it is served while it is loaded anew',
  expired: 'the entry in Redis is past its TTL and its stale window',
  changed: 'something the entry depends on was invalidated after it was loaded',
  'other-shape': 'the entry in Redis has another schema version than asked for',
  'other-tags': 'the entry in Redis does not have all the tags asked for',
} as const;

const nothing = {
  served: false,
  tier: 'none',
  storedAt: null,
  expiresAt: null,
  source: null,
  schemaVersion: null,
  changedDependencies: [],
} as const;

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

function explainLocal(parts: CacheParts, entry: LocalEntry): CacheExplanation {
  const { clock, redis } = parts;
  const offset = clock.wall() - clock.monotonic();
  const aged = clock.monotonic() >= entry.freshUntil;
  return {
    key: entry.plan.key,
    served: true,
    tier: 'local',
    reason: `the in-process entry is ${aged ? 'past its TTL; it is served while it is loaded anew' : 'current'}${
      redis === undefined || redis.link.trusted ? '' : ' (Redis is away)'
    }`,
    storedAt: new Date(entry.loadedAt + offset),
    expiresAt: new Date(entry.freshUntil + offset),
    source: orNull(entry.source),
    schemaVersion: orNull(entry.schemaVersion),
    changedDependencies: [],
  };
}

function localAnswer(parts: CacheParts, key: string, options: ReadOptions): CacheExplanation | undefined {
  const { local, clock, switches } = parts;
  const entry = local.peek(key);
  const now = clock.monotonic();
  return entry !== undefined &&
    entry.snapshot.isCurrent() &&
    now < entry.confirmedUntil &&
    now < (options.consistency === 'strict' ? entry.freshUntil : entry.staleUntil) &&
    switches.servesLocal(isConfirmed(options)) &&
    local.answers(entry, options)
    ? explainLocal(parts, entry)
    : undefined;
}

function describeEntry(parts: CacheParts, entry: StoredEntry, sharedNow: number) {
  const offset = parts.clock.wall() - sharedNow;
  return {
    storedAt: new Date(entry.storedAt + offset),
    expiresAt: new Date(entry.storedAt + entry.ttlMs + offset),
    source: orNull(entry.source),
    schemaVersion: orNull(entry.schemaVersion),
  };
}

/** Says whether a read of the key would be served now, from where, and if not, why not. */
export async function explainEntry(
  parts: CacheParts,
  key: string,
  options: ReadOptions,
): Promise<CacheExplanation> {
  const fromLocal = localAnswer(parts, key, options);
  if (fromLocal !== undefined) {
    return fromLocal;
  }
  const miss = (reason: string): CacheExplanation => ({ key, ...nothing, reason });
  const { redis, switches } = parts;
  if (redis === undefined) {
    return miss(
      switches.bypassReason === null
        ? 'there is no current in-process entry, and no Redis'
        : `the in-process cache is off: ${switches.bypassReason}`,
    );
  }
  const { shared, invalidations } = redis;
  let plan = parts.plans.of(key, options.tags);
  if (!redis.link.trusted) {
    return miss('Redis is away; values come from the database');
  }
  let read = await shared.read(plan, false);
  if (read?.entry instanceof Object && options.tags === undefined) {
    plan = parts.plans.of(key, read.entry.tags);
    read = await shared.read(plan, false);
  }
  if (read === undefined) {
    return miss('Redis did not answer in time');
  }
  const { entry, epochs } = read;
  if (entry === undefined) {
    return miss('nothing is stored under this key');
  }
  if (entry === 'corrupt') {
    return miss('the entry in Redis is damaged, or of another format');
  }
  if (invalidations.holdsBack(plan.names)) {
    return miss('an invalidation of this process has not reached Redis yet');
  }
  const state = judgeEntry(entry, plan, epochs, options.schemaVersion, shared.now());
  const served = state === 'fresh' || (state === 'stale' && options.consistency !== 'strict');
  return {
    key,
    served,
    tier: served ? 'shared' : 'none',
    reason: states[state],
    ...describeEntry(parts, entry, shared.now()),
    changedDependencies:
      state === 'changed'
        ? changedPositions(entry, epochs).map((position) => describeDependency(plan.names[position] ?? ''))
        : [],
  };
}
