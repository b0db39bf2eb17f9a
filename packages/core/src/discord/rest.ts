import { z } from 'zod';
import { AppError } from '../errors.js';
import { discordUnavailable, type DiscordTransport } from './transport.js';

const roleObject = z.object({ id: z.string(), permissions: z.string() });
const guildObject = z.object({
  id: z.string(),
  name: z.string(),
  icon: z.string().nullable(),
  owner_id: z.string(),
  roles: z.array(roleObject),
});
const memberObject = z.object({
  user: z.object({
    id: z.string(),
    username: z.string(),
    global_name: z.string().nullish(),
    avatar: z.string().nullish(),
  }),
  roles: z.array(z.string()),
  joined_at: z.string().nullish(),
});

/** A guild as Discord's REST describes it to the bot. */
export interface DiscordGuild {
  readonly id: string;
  readonly name: string;
  readonly icon: string | null;
  readonly ownerId: string;
  readonly roles: readonly { readonly id: string; readonly permissions: string }[];
}

/** A member of a guild as Discord's REST describes them to the bot. */
export interface DiscordMember {
  readonly id: string;
  readonly username: string;
  readonly globalName: string | null;
  readonly avatar: string | null;
  readonly roleIds: readonly string[];
  readonly joinedAt: Date | null;
}

/** What core asks Discord for, with the bot's own token. */
export interface DiscordFacts {
  /** @throws AppError `bot_not_in_guild`, `discord_unavailable`, `not_configured` */
  guild(guildId: string): Promise<DiscordGuild>;
  /** Null for who is not in the guild. @throws AppError `discord_unavailable`, `not_configured` */
  member(guildId: string, discordId: string): Promise<DiscordMember | null>;
}

const invalidToken = () =>
  new AppError('not_configured', 'Discord refuses the bot token of this installation.', {
    remedy: 'The operator should set DISCORD_TOKEN to the current token of the bot.',
  });

/** Discord's REST with the bot's token; without one every question is refused as not configured. */
export class DiscordRest implements DiscordFacts {
  readonly #transport: DiscordTransport;
  readonly #token: string | undefined;

  constructor(transport: DiscordTransport, token: string | undefined) {
    this.#transport = transport;
    this.#token = token;
  }

  async guild(guildId: string): Promise<DiscordGuild> {
    const answer = await this.#get(`/guilds/${guildId}`, guildObject);
    if (answer === null) {
      throw new AppError('bot_not_in_guild', 'The bot is not in this Discord server.', {
        remedy: 'Invite the bot to the server, then connect it again.',
      });
    }
    const { id, name, icon, owner_id: ownerId, roles } = answer;
    return { id, name, icon, ownerId, roles };
  }

  async member(guildId: string, discordId: string): Promise<DiscordMember | null> {
    const answer = await this.#get(`/guilds/${guildId}/members/${discordId}`, memberObject);
    return (
      answer && {
        id: answer.user.id,
        username: answer.user.username,
        globalName: answer.user.global_name ?? null,
        avatar: answer.user.avatar ?? null,
        roleIds: answer.roles,
        joinedAt: answer.joined_at ? new Date(answer.joined_at) : null,
      }
    );
  }

  /** The parsed answer; null where Discord says that it does not exist or that the bot may not see it. */
  async #get<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer | null> {
    if (this.#token === undefined) {
      throw new AppError('not_configured', 'This installation has no Discord bot.', {
        remedy: 'The operator should set DISCORD_TOKEN.',
      });
    }
    const { status, body } = await this.#transport.ask({ path, authorization: `Bot ${this.#token}` });
    if (status === 403 || status === 404) return null;
    if (status === 401) throw invalidToken();
    const parsed = schema.safeParse(body);
    if (status >= 300 || !parsed.success) throw discordUnavailable(parsed.error);
    return parsed.data;
  }
}
