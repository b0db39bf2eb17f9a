import { limits } from '@slimy/contract';
import { DiscordAPIError, RESTJSONErrorCodes, Routes, type Client } from 'discord.js';
import { z } from 'zod';
import { memberPayload, presentFact, type MemberFact } from './member-facts.js';

/** Members of a guild, as many as the API takes in one call. */
export interface MemberPage {
  readonly facts: readonly MemberFact[];
  /** These are all there are. */
  readonly whole: boolean;
}

/**
 * Reads everybody in a guild from Discord, page by page in the order of their ids, keeping nothing. Ends
 * early when the bot is not in the guild any more.
 */
export async function* readMembers(client: Client, guildId: string): AsyncGenerator<MemberPage> {
  const size = limits.syncMembersMax;
  let after = '0';
  for (;;) {
    const guild = client.guilds.cache.get(guildId);
    if (!guild?.available) return;
    const query = new URLSearchParams({ limit: String(size), after });
    const page = z.array(memberPayload).parse(await request(client, guildId, query));
    const facts = page.map((member) => presentFact(guild, member)).filter((fact) => fact !== null);
    const isLast = page.length < size;
    yield { facts, whole: isLast && after === '0' };
    const last = page.at(-1);
    if (isLast || !last) return;
    after = last.user.id;
  }
}

async function request(client: Client, guildId: string, query: URLSearchParams): Promise<unknown> {
  try {
    return await client.rest.get(Routes.guildMembers(guildId), { query });
  } catch (error) {
    const gone: unknown[] = [RESTJSONErrorCodes.UnknownGuild, RESTJSONErrorCodes.MissingAccess];
    if (error instanceof DiscordAPIError && gone.includes(error.code)) return [];
    throw error;
  }
}
