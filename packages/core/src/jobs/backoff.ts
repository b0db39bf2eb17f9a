import { MINUTE, SECOND } from '../clock.js';

const LONGEST = 15 * MINUTE;

/**
 * How long a job waits after its n-th failed attempt (from 1), in milliseconds: two seconds, doubling up to a
 * quarter of an hour, with up to a fifth more by chance so that jobs that failed together do not come back together.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(2 * SECOND * 2 ** (attempt - 1), LONGEST);
  return Math.round(base * (1 + random() / 5));
}
