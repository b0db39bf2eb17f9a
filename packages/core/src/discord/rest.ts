import { z } from 'zod';
import { AppError } from '../errors.js';

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
const rateLimitBody = z.object({ retry_after: z.number().min(0) });

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

interface DiscordRestOptions {
  /** Discord's API without version, such as `https://discord.com/api`. */
  readonly apiBase: string;
  /** The bot's token; without it every question is refused as not configured. */
  readonly token: string | undefined;
  /** The longest a question may take, waiting for rate limits included. */
  readonly deadlineMs?: number;
}

const unavailable = (cause?: unknown) =>
  new AppError('discord_unavailable', 'Discord did not answer. Try again in a minute.', { cause });
const invalidToken = () =>
  new AppError('not_configured', 'Discord refuses the bot token of this installation.', {
    remedy: 'The operator should set DISCORD_TOKEN to the current token of the bot.',
  });

/** Waits, but not past the deadline: there the signal's reason is thrown. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(unavailable(signal.reason));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Discord's REST over `fetch`: bounded in time, patient with 429 as far as the deadline allows. */
export class DiscordRest implements DiscordFacts {
  readonly #options: DiscordRestOptions;
  /** Until when Discord asked this process to be silent. */
  #silentUntil = 0;

  constructor(options: DiscordRestOptions) {
    this.#options = options;
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
    const { token, apiBase, deadlineMs = 5000 } = this.#options;
    if (token === undefined) {
      throw new AppError('not_configured', 'This installation has no Discord bot.', {
        remedy: 'The operator should set DISCORD_TOKEN.',
      });
    }
    const signal = AbortSignal.timeout(deadlineMs);
    for (let attempt = 0; ; attempt += 1) {
      const wait = this.#silentUntil - Date.now();
      if (wait > deadlineMs) throw unavailable();
      if (wait > 0) await pause(wait, signal);
      const response = await fetch(`${apiBase}/v10${path}`, {
        headers: {
          authorization: `Bot ${token}`,
          'user-agent': 'DiscordBot (https://github.com/slimy, 0.1)',
        },
        redirect: 'error',
        signal,
      }).catch((error: unknown) => {
        throw unavailable(error);
      });
      if (response.status === 403 || response.status === 404) return null;
      if (response.status === 401) throw invalidToken();
      const body: unknown = await response.json().catch(() => null);
      if (response.ok) {
        const parsed = schema.safeParse(body);
        if (!parsed.success) throw unavailable(parsed.error);
        return parsed.data;
      }
      if (response.status === 429) this.#beSilent(response, body);
      else if (response.status < 500 || attempt >= 2) throw unavailable();
      else await pause(200 * 2 ** attempt, signal);
    }
  }

  #beSilent(response: Response, body: unknown): void {
    const told = rateLimitBody.safeParse(body);
    const header = Number(response.headers.get('retry-after'));
    const seconds = told.success ? told.data.retry_after : header;
    const wait = Number.isFinite(seconds) ? Math.max(seconds, 0.05) : 1;
    this.#silentUntil = Math.max(this.#silentUntil, Date.now() + wait * 1000);
  }
}
