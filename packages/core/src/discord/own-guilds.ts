import { cacheKeys, type Cache } from '@slimy/cache';
import type { DiscordOAuth, DiscordOwnGuild } from './oauth.js';

/** How long Discord is not asked again for a person's servers, in seconds: it lets nobody ask often. */
const LIST_KEPT_FOR = 60;

/** Under which name a person's list of servers is cached. */
export function ownGuildsKey(userId: string): string {
  return cacheKeys.user(userId, 'discord-guilds');
}

interface OwnGuildsParts {
  readonly cache: Cache;
  readonly oauth: DiscordOAuth;
  /** A person's access token at Discord. */
  readonly accessToken: (userId: string) => Promise<string>;
}

/** The servers people are in, as Discord tells themselves. */
export class OwnDiscordGuilds {
  readonly #parts: OwnGuildsParts;

  constructor(parts: OwnGuildsParts) {
    this.#parts = parts;
  }

  /** As of a minute ago at most, or of the last sign-in. @throws AppError `discord_sign_in_needed`, `discord_unavailable` */
  recently(userId: string): Promise<DiscordOwnGuild[]> {
    return this.#parts.cache.getOrSet(ownGuildsKey(userId), () => this.now(userId), {
      ttl: LIST_KEPT_FOR,
      stale: 0,
      schemaVersion: 'discord-guilds.1',
      source: 'discord',
    });
  }

  /** As Discord says now. @throws AppError `discord_sign_in_needed`, `discord_unavailable` */
  async now(userId: string): Promise<DiscordOwnGuild[]> {
    const { oauth, accessToken } = this.#parts;
    return oauth.guilds(await accessToken(userId));
  }

  /** Where somebody invites the bot. */
  inviteAddress(): string {
    return this.#parts.oauth.inviteAddress();
  }
}
