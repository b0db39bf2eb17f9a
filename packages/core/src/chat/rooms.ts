import type { ChatMessages, Repositories } from '@slimy/db';
import { AppError } from '../errors.js';

/** A room by what an input names: exactly one of the two. */
export interface NamedRoom {
  readonly guildId?: string | undefined;
  readonly conversationId?: string | undefined;
}

export function noSuchConversation(): AppError {
  return new AppError('not_found', 'There is no such conversation among yours.');
}

/**
 * The messages of a room: of a guild, or of a conversation of this person's.
 * @throws AppError `not_found` when the conversation is not theirs
 */
export async function messagesIn(
  repositories: Repositories,
  { guildId, conversationId }: NamedRoom,
  userId: string,
): Promise<ChatMessages> {
  if (guildId !== undefined) return repositories.guild(guildId).messages;
  const { conversations } = repositories.person(userId);
  if (conversationId === undefined || (await conversations.byId(conversationId)) === null) {
    throw noSuchConversation();
  }
  return conversations.messages(conversationId);
}
