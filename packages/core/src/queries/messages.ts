import { cacheKeys, canonicalParameters } from '@slimy/cache';
import type { MessagePage, MessagePageRequest, MessageRow } from '@slimy/db';
import { cachedQuery } from './cached-query.js';

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

/**
 * The newest messages of a guild, which whoever opens its page asks for: the same for every viewer with the same
 * right to those for admins.
 */
export const newestGuildMessages = cachedQuery({
  name: 'guild.messages',
  key: ({ guildId, ...rest }: { readonly guildId: string } & Omit<MessagePageRequest, 'cursor'>) =>
    `${cacheKeys.guild(guildId, 'messages')}:${canonicalParameters(rest)}`,
  consistency: 'confirmed',
  times: { ttl: 60, stale: 180 },
  version: 1,
  async load(repositories, { guildId, ...request }): Promise<MessagePage<NamelessMessage>> {
    const page = await repositories.guild(guildId).messages.page(request);
    return { ...page, items: page.items.map(nameless) };
  },
});
