import { cacheKeys, type Cache } from '@slimy/cache';
import type { OutputOf } from '@slimy/contract';
import type { Repositories } from '@slimy/db';
import type { Caller } from '../caller.js';
import type { DiscordImages } from '../discord/images.js';
import type { DiscordOwnGuild } from '../discord/oauth.js';
import type { DiscordSignIn } from '../identity/discord/open-sign-in.js';
import { mayConnect } from '../permissions/discord-permissions.js';
import { requirePerson } from '../permissions/require-person.js';
import { inServiceWords } from '../write/failures.js';

/** How long Discord is not asked again for a person's servers, in seconds: it lets nobody ask often. */
const LIST_KEPT_FOR = 60;

interface ConnectableParts {
  readonly cache: Cache;
  readonly repositories: Repositories;
  readonly images: DiscordImages;
  /** Null where signing in does not go by Discord. */
  readonly signIn: DiscordSignIn | null;
}

/** The guilds that Discord lets a person connect, by their own list there. */
export class ConnectableGuilds {
  readonly #parts: ConnectableParts;

  constructor(parts: ConnectableParts) {
    this.#parts = parts;
  }

  /** @throws AppError `session_ended`, `discord_unavailable`, `database_unavailable` */
  async of({ actor }: Caller): Promise<OutputOf<'guild.connectable'>> {
    const { repositories, images, signIn } = this.#parts;
    if (signIn === null) return { guilds: [], inviteUrl: null };
    const { userId } = requirePerson(actor);
    const told = await this.#list(userId, signIn);
    const own = told.filter(({ isOwner, permissions }) => mayConnect({ isOwner, permissions }));
    const rows = await inServiceWords(() => repositories.guilds.byIds(own.map(({ id }) => id)));
    const connected = new Map(rows.map((row) => [row.id, row]));
    const guilds = own.map(({ id, name, icon, isOwner }) => ({
      id,
      name,
      iconUrl: images.guildIcon(id, icon),
      isOwner,
      connected: connected.has(id),
      botPresent: connected.get(id)?.botPresent ?? false,
    }));
    return { guilds, inviteUrl: signIn.oauth.inviteAddress() };
  }

  #list(userId: string, { oauth, keeper }: DiscordSignIn): Promise<DiscordOwnGuild[]> {
    return this.#parts.cache.getOrSet(
      cacheKeys.user(userId, 'discord-guilds'),
      async () => oauth.guilds(await keeper.accessToken(userId)),
      { ttl: LIST_KEPT_FOR, stale: 0, schemaVersion: 'discord-guilds.1', source: 'discord' },
    );
  }
}
