import {
  DatabaseError,
  type MessagePage,
  type MessageRow,
  type Repositories,
  type SentMessage,
} from '@slimy/db';
import type { Caller } from '../caller.js';
import type { MessageStream } from '../chat/message-stream.js';
import { messagesIn, type NamedRoom } from '../chat/rooms.js';
import { AppError } from '../errors.js';
import type { RequestReads } from '../identity/request-reads.js';
import { mayDo } from '../permissions/actions.js';
import { requireMembership } from '../permissions/membership.js';
import { requirePerson } from '../permissions/require-person.js';
import type { Presenters } from '../presenters.js';
import type { Queries } from '../queries/cached-query.js';
import { newestGuildMessages } from '../queries/messages.js';
import { userById } from '../queries/people.js';
import { inServiceWords } from '../write/failures.js';
import { touches } from '../write/touches.js';
import type { WritePath } from '../write/write-path.js';
import type { MessageService } from './services.js';

interface MessageServiceParts {
  readonly queries: Queries;
  readonly reads: RequestReads;
  readonly repositories: Repositories;
  readonly writes: WritePath;
  readonly presenters: Presenters;
  readonly stream: MessageStream;
}

function touchOf({ guildId }: NamedRoom) {
  return guildId === undefined ? [] : [touches.guildMessages(guildId)];
}

function sameRoom(message: MessageRow, { guildId, conversationId }: NamedRoom): boolean {
  return message.guildId === (guildId ?? null) && message.conversationId === (conversationId ?? null);
}

/** The room was deleted between the caller's permission and the write. */
function roomGone(error: unknown): unknown {
  return error instanceof DatabaseError && error.kind === 'foreign_key'
    ? new AppError('not_found', 'This room is gone.', { cause: error })
    : error;
}

export function createMessageService(parts: MessageServiceParts): MessageService {
  const { queries, reads, repositories, writes, presenters, stream } = parts;

  /** What the caller may do with the messages of a room. */
  async function rightsIn({ actor }: Caller, { guildId }: NamedRoom) {
    if (guildId === undefined) return { readsAdminOnly: true, deletesOthers: true };
    const { roles } = requireMembership(actor, await reads.standing(actor), guildId);
    return {
      readsAdminOnly: mayDo(roles, 'read_admin_chat'),
      deletesOthers: mayDo(roles, 'manage_members'),
    };
  }

  /** The newest page of a guild with the authors as they are called now. */
  async function newest(guildId: string, limit: number, withAdminOnly: boolean): Promise<MessagePage> {
    const page = await queries.read(newestGuildMessages, { guildId, limit, withAdminOnly });
    const ids = [...new Set(page.items.map(({ userId }) => userId))];
    const authors = new Map((await queries.readMany(userById, ids)).map((user) => [user?.id, user]));
    const items = page.items.flatMap((row) => {
      const author = authors.get(row.userId);
      // A person who is gone has taken their messages along.
      if (!author) return [];
      const { username, globalName, avatar, discordId } = author;
      const names = { authorName: username, authorGlobalName: globalName, authorAvatar: avatar };
      return [{ ...row, ...names, authorDiscordId: discordId }];
    });
    return { ...page, items };
  }

  return {
    async send(caller, { text, adminOnly, clientId, ...room }) {
      const { userId } = requirePerson(caller.actor);
      const touched = touchOf(room);
      const { message, repeated } = await writes.change(caller, touched, async (change) => {
        const messages = await messagesIn(change.repositories, room, userId);
        const said = { userId, role: 'user', text, adminOnly, clientId: clientId ?? null } as const;
        const sent: SentMessage = await messages.send(said, change.now).catch((error: unknown) => {
          throw roomGone(error);
        });
        if (sent.repeated) return sent;
        change.touch(...touched);
        change.wake(messages.room);
        const guildId = room.guildId ?? null;
        change.audit({
          action: 'message.send',
          resourceType: 'message',
          resourceId: sent.message.id,
          guildId,
        });
        return sent;
      });
      if (repeated && !sameRoom(message, room)) {
        throw new AppError('already_exists', 'You sent another message under this clientId.', {
          remedy: 'Give each message a clientId of its own.',
        });
      }
      return presenters.message(message, userId);
    },

    list: (caller, { limit, cursor, ...room }) =>
      inServiceWords(async () => {
        const { userId } = requirePerson(caller.actor);
        const { readsAdminOnly: withAdminOnly } = await rightsIn(caller, room);
        const { guildId } = room;
        const page =
          guildId !== undefined && cursor === undefined
            ? await newest(guildId, limit, withAdminOnly)
            : await (await messagesIn(repositories, room, userId)).page({ limit, cursor, withAdminOnly });
        return {
          items: page.items.map((row) => presenters.message(row, userId)),
          nextCursor: page.nextCursor,
          liveFrom: page.lastSequence.toString(),
        };
      }),

    async delete(caller, { messageId, ...room }) {
      const { userId } = requirePerson(caller.actor);
      const rights = await inServiceWords(() => rightsIn(caller, room));
      const touched = touchOf(room);
      await writes.change(caller, touched, async (change) => {
        const messages = await messagesIn(change.repositories, room, userId);
        const message = await messages.byId(messageId);
        const own = message?.userId === userId;
        if (message === null || (message.adminOnly && !own && !rights.readsAdminOnly)) {
          throw new AppError('not_found', 'There is no such message here.');
        }
        if (!own && !rights.deletesOthers) {
          throw new AppError('action_not_allowed', 'This message is somebody else’s.', {
            remedy: 'Ask a moderator of the server to delete it.',
          });
        }
        await messages.delete(messageId);
        change.touch(...touched);
        const guildId = room.guildId ?? null;
        if (guildId !== null) change.announce(guildId, 'messages');
        change.audit({
          action: 'message.delete',
          resourceType: 'message',
          resourceId: messageId,
          guildId,
          details: { own },
        });
      });
      return { ok: true };
    },

    onNew: (caller, { after, ...room }, { lastEventId, ...options }) =>
      stream.messages(caller, room, { ...options, after: lastEventId ?? after ?? null }),
  };
}
