import { cacheKeys, canonicalParameters } from '@slimy/cache';
import type { ChatMessages, MessageRow, Page } from '@slimy/db';
import { cachedQuery } from './cached-query.js';

/** A page of messages, and the last place given out in their room before it was read. */
export interface MessagePage<Row = MessageRow> extends Page<Row> {
  readonly lastSequence: bigint;
}

/** How a page of messages is asked for; without `withAdminOnly` those for admins are not among them. */
export interface MessagePageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly withAdminOnly: boolean;
}

/** A message without what its author is called: that changes without the message. */
export type NamelessMessage = Omit<
  MessageRow,
  'authorName' | 'authorGlobalName' | 'authorAvatar' | 'authorDiscordId'
>;

function nameless(row: MessageRow): NamelessMessage {
  const {
    authorName: _name,
    authorGlobalName: _global,
    authorAvatar: _avatar,
    authorDiscordId: _id,
    ...rest
  } = row;
  return rest;
}

/** A page of a room. Nothing that was sent in between is missed by who goes on from `lastSequence`. */
export async function messagePage(messages: ChatMessages, request: MessagePageRequest): Promise<MessagePage> {
  const lastSequence = await messages.lastSequence();
  return { ...(await messages.page(request)), lastSequence };
}

/**
 * The newest messages of a guild, which whoever opens its page asks for: the same for every viewer with the same
 * right to those for admins.
 */
export const newestGuildMessages = cachedQuery({
  name: 'guild.messages',
  key: ({ guildId, ...rest }: { readonly guildId: string } & Omit<MessagePageRequest, 'cursor'>) =>
    `${cacheKeys.guild(guildId, 'messages')}:${canonicalParameters(rest)}`,
  times: { ttl: 60, stale: 60 },
  version: 1,
  async load(repositories, { guildId, ...request }): Promise<MessagePage<NamelessMessage>> {
    const page = await messagePage(repositories.guild(guildId).messages, request);
    return { ...page, items: page.items.map(nameless) };
  },
});
