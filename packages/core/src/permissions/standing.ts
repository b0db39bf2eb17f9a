import type { Role } from '@slimy/contract';

/** Somebody's place in one guild. */
export interface GuildStanding {
  readonly guildId: string;
  readonly roles: readonly Role[];
  /** Whether Discord's facts put the person there; a membership that was only added by hand does not. */
  readonly presentInDiscord: boolean;
}

/** A person with their place in each of their guilds. A role counts in its guild alone. */
export interface Standing {
  readonly userId: string;
  readonly discordId: string;
  readonly guilds: readonly GuildStanding[];
}

/** The person's place in a guild; null where they are not a member (vector `role-cross-guild`). */
export function standingIn(standing: Standing | null, guildId: string): GuildStanding | null {
  return standing?.guilds.find((guild) => guild.guildId === guildId) ?? null;
}

/** Reads people's standing as it is now. */
export interface StandingReader {
  byUserId(userId: string): Promise<Standing | null>;
  byDiscordId(discordId: string): Promise<Standing | null>;
}
