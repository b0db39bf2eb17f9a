import { cursorFormat, type Page } from '@slimy/db';
import type { GuildStanding } from '../permissions/standing.js';

const ownGuilds = cursorFormat('guild.mine', 'instant', 'text');

/**
 * A page of a person's places, in the order in which they are read: longest here first. They are at hand whole,
 * as each request needs them. @throws InvalidCursorError
 */
export function placePage(
  places: readonly GuildStanding[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Page<GuildStanding> {
  const after = cursor === undefined ? null : ownGuilds.decode(cursor);
  const rest = after === null ? places : places.filter((place) => comesAfter(place, ...after));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const goesOn = rest.length > limit && last !== undefined;
  return { items, nextCursor: goesOn ? ownGuilds.encode([last.joinedAt, last.guildId]) : null };
}

function comesAfter({ joinedAt, guildId }: GuildStanding, instant: Date, id: string): boolean {
  const later = joinedAt.getTime() - instant.getTime();
  return later > 0 || (later === 0 && guildId > id);
}
