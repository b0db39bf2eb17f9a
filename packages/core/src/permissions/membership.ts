import type { Actor } from '../caller.js';
import { AppError } from '../errors.js';
import { placeIn, placesOf, type GuildStanding, type Standing } from './standing.js';

/**
 * The caller's place in a guild. Who has none may not know whether it exists.
 * @throws AppError `not_found`
 */
export function requireMembership(actor: Actor, standing: Standing | null, guildId: string): GuildStanding {
  const place = placeIn(placesOf(actor, standing), guildId);
  if (place === null) {
    throw new AppError('not_found', 'There is no such server among yours.');
  }
  return place;
}

/** Somebody of whom nothing is stored owns nothing here. @throws AppError `not_found` */
export function requireKnown(actor: Actor): void {
  if (actor.kind === 'bot' && actor.actingAs?.userId === null) {
    throw new AppError('not_found', 'Nothing is known here of this person.', {
      remedy: 'Sign in on the web page once, or join a connected server.',
    });
  }
}
