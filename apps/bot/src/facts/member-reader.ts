import { limits } from '@slimy/contract';
import { DiscordAPIError, RESTJSONErrorCodes, Routes, type Client } from 'discord.js';
import { z } from 'zod';
import { memberPayload, presentFact, type MemberFact } from './member-facts.js';

/** Members of a guild, as many as the API takes in one call: everybody whose id lies between two others. */
export interface MemberPage {
  readonly facts: readonly MemberFact[];
  /** They are all there are with ids above this one; null on the first page. */
  readonly after: string | null;
  /** … and at most this one; null on the last page. */
  readonly upTo: string | null;
}

/**
 * Reads everybody in a guild from Discord, page by page in the order of their ids, keeping nothing. Ends
 * early when the bot is not in the guild any more.
 */
export async function* readMembers(client: Client, guildId: string): AsyncGenerator<MemberPage> {
  const size = limits.syncMembersMax;
  let after: string | null = null;
  for (;;) {
    const guild = client.guilds.cache.get(guildId);
    if (!guild?.available) return;
    const query = new URLSearchParams({ limit: String(size), after: after ?? '0' });
    const page = z.array(memberPayload).parse(await request(client, guildId, query));
    const facts = page.map((member) => presentFact(guild, member)).filter((fact) => fact !== null);
    const last = page.length < size ? undefined : page.at(-1);
    yield { facts, after, upTo: last?.user.id ?? null };
    if (!last) return;
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
