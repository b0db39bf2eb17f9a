import { channel } from 'node:diagnostics_channel';
import type { InvalidationOutcome } from './cache.js';
import { describeDependency } from './dependencies.js';

/** The diagnostics channel that cache events are published on. */
export const cacheChannel = 'slimy:cache';

/** What happens in a cache, for whoever subscribes to `cacheChannel`. */
export type CacheEvent =
  | { readonly kind: 'loaded'; readonly key: string; readonly milliseconds: number }
  | { readonly kind: 'load-failed'; readonly key: string; readonly error: unknown }
  | {
      readonly kind: 'invalidated';
      readonly dependencies: readonly string[];
      readonly outcome: InvalidationOutcome;
    }
  | { readonly kind: 'damaged-entry'; readonly key: string }
  | { readonly kind: 'redis-away'; readonly reason: string }
  | { readonly kind: 'redis-back' };

const events = channel(cacheChannel);

function publish(event: CacheEvent): void {
  if (events.hasSubscribers) {
    events.publish(event);
  }
}

export function publishLoad(key: string, milliseconds: number): void {
  publish({ kind: 'loaded', key, milliseconds });
}

export function publishLoadFailure(key: string, error: unknown): void {
  publish({ kind: 'load-failed', key, error });
}

export function publishInvalidation(names: readonly string[], outcome: InvalidationOutcome): void {
  if (events.hasSubscribers) {
    publish({ kind: 'invalidated', dependencies: names.map(describeDependency), outcome });
  }
}

export function publishDamage(key: string): void {
  publish({ kind: 'damaged-entry', key });
}

export function publishRedisAway(reason: string): void {
  publish({ kind: 'redis-away', reason });
}

export function publishRedisBack(): void {
  publish({ kind: 'redis-back' });
}
