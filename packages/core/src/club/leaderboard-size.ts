import { limits } from '@slimy/contract';
import type { Caller } from '../caller.js';
import { AppError } from '../errors.js';

/**
 * How many places a ranking shows for the number that was asked for (vector `leaderboard`).
 * @throws AppError `invalid_input` for a number that somebody typed in a command and that is not among those offered
 */
export function leaderboardSize({ actor }: Caller, asked: number = limits.rankingPlacesDefault): number {
  const { rankingPlacesMin: least, rankingPlacesMax: most, rankingCommandMin: leastTyped } = limits;
  if (actor.kind === 'bot' && (asked < leastTyped || asked > most)) {
    const message = `must be from ${leastTyped} to ${most}`;
    throw new AppError('invalid_input', `ranking.places ${message}.`, {
      fields: [{ path: ['ranking', 'places'], message }],
    });
  }
  return Math.min(most, Math.max(least, Math.floor(asked)));
}
