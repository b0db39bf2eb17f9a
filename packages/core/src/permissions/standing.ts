import type { Role } from '@slimy/contract';
import type { Actor } from '../caller.js';

/** Somebody's place in one guild. */
export interface GuildStanding {
  readonly guildId: string;
  readonly roles: readonly Role[];
  /** Whether Discord's facts put the person there; a membership that was only added by hand does not. */
  readonly presentInDiscord: boolean;
  readonly joinedAt: Date;
}

/** A person with their place in each of their guilds. A role counts in its guild alone. */
export interface Standing {
  readonly userId: string;
  readonly discordId: string;
  /** Oldest membership first, then by the guild's id. */
  readonly guilds: readonly GuildStanding[];
}

/** The place in a guild among a person's places; null where they are not a member (vector `role-cross-guild`). */
export function placeIn(guilds: readonly GuildStanding[], guildId: string): GuildStanding | null {
  return guilds.find((guild) => guild.guildId === guildId) ?? null;
}

/**
 * The guilds in which a caller counts as a member: for the bot only where Discord's facts put the person, for a
 * token only those it is for.
 */
export function placesOf(actor: Actor, standing: Standing | null): readonly GuildStanding[] {
  const guilds = standing?.guilds ?? [];
  if (actor.kind === 'bot') return guilds.filter(({ presentInDiscord }) => presentInDiscord);
  const scope = actor.kind === 'token' ? actor.guildIds : null;
  return scope === null ? guilds : guilds.filter(({ guildId }) => scope.includes(guildId));
}

/** Reads people's standing as it is now. */
export interface StandingReader {
  byUserId(userId: string): Promise<Standing | null>;
  byDiscordId(discordId: string): Promise<Standing | null>;
}
