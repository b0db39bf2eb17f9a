import type { OutputOf } from '@slimy/contract';
import type { Repositories } from '@slimy/db';
import type { Caller } from '../caller.js';
import type { DiscordImages } from '../discord/images.js';
import type { OwnDiscordGuilds } from '../discord/own-guilds.js';
import { mayConnect } from '../permissions/discord-permissions.js';
import { requirePerson } from '../permissions/require-person.js';
import { inServiceWords } from '../write/failures.js';

interface ConnectableParts {
  readonly repositories: Repositories;
  readonly images: DiscordImages;
  /** Null where signing in does not go by Discord. */
  readonly ownGuilds: OwnDiscordGuilds | null;
}

/** The guilds that Discord lets a person connect, by their own list there. */
export class ConnectableGuilds {
  readonly #parts: ConnectableParts;

  constructor(parts: ConnectableParts) {
    this.#parts = parts;
  }

  /** @throws AppError `discord_sign_in_needed`, `discord_unavailable`, `database_unavailable` */
  async of({ actor }: Caller): Promise<OutputOf<'guild.connectable'>> {
    const { repositories, images, ownGuilds } = this.#parts;
    if (ownGuilds === null) return { guilds: [], inviteUrl: null };
    const { userId } = requirePerson(actor);
    const told = await ownGuilds.recently(userId);
    const bound = actor.kind === 'token' ? actor.guildIds : null;
    const own = told.filter(
      ({ id, isOwner, permissions }) =>
        (bound === null || bound.includes(id)) && mayConnect({ isOwner, permissions }),
    );
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
    return { guilds, inviteUrl: ownGuilds.inviteAddress() };
  }
}
