import type { FailureReason, SlimyError } from '../errors.js';
import type { RetryOptions } from '../options.js';

/** What may be over a moment later. */
const passing: ReadonlySet<FailureReason> = new Set([
  'unreachable',
  'database_unavailable',
  'shutting_down',
  'timed_out',
  'rate_limited',
]);

/**
 * Milliseconds to wait before a failed query is tried again; null when another try makes no sense: the
 * reason stays, the tries are used up, or the time left is shorter than the wait. `tries` counts those made.
 */
export function retryDelayMs(
  error: SlimyError,
  tries: number,
  options: RetryOptions,
  remainingMs: number,
): number | null {
  if (!passing.has(error.reason) || tries >= options.attempts) return null;
  const spread = 0.5 + Math.random() / 2;
  const backoff = options.baseDelayMs * 2 ** (tries - 1) * spread;
  const delay = Math.max((error.retryAfterSeconds ?? 0) * 1_000, 0) + backoff;
  return delay < remainingMs ? delay : null;
}
