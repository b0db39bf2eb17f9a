import { messageRoom, type Repositories } from '@slimy/db';
import { noSuchConversation } from '../chat/rooms.js';
import { requirePerson } from '../permissions/require-person.js';
import type { Presenters } from '../presenters.js';
import { inServiceWords } from '../write/failures.js';
import type { WritePath } from '../write/write-path.js';
import type { ConversationService } from './services.js';

interface ConversationServiceParts {
  readonly repositories: Repositories;
  readonly writes: WritePath;
  readonly presenters: Presenters;
}

/** Titles and texts are a person's own: the audit trail keeps which conversation, not what it says. */
function act(action: string, id: string) {
  return { action, resourceType: 'conversation', resourceId: id };
}

/** Conversations are read by one person each, so they are read from the database: nothing here is cached. */
export function createConversationService({
  repositories,
  writes,
  presenters,
}: ConversationServiceParts): ConversationService {
  return {
    async create(caller, { title, personalityMode }) {
      const { userId } = requirePerson(caller.actor);
      const row = await writes.change(caller, [], async (change) => {
        const { conversations } = change.repositories.person(userId);
        const created = await conversations.create({ title, personalityMode }, change.now);
        change.audit(act('conversation.create', created.id));
        return created;
      });
      return presenters.conversation(row);
    },

    async rename(caller, { conversationId, title }) {
      const { userId } = requirePerson(caller.actor);
      const row = await writes.change(caller, [], async (change) => {
        const { conversations } = change.repositories.person(userId);
        await conversations.rename(conversationId, title);
        const renamed = await conversations.byId(conversationId);
        if (renamed === null) throw noSuchConversation();
        change.audit(act('conversation.rename', conversationId));
        return renamed;
      });
      return presenters.conversation(row);
    },

    async delete(caller, { conversationId }) {
      const { userId } = requirePerson(caller.actor);
      await writes.change(caller, [], async (change) => {
        const { conversations } = change.repositories.person(userId);
        if (!(await conversations.delete(conversationId))) throw noSuchConversation();
        change.wake(messageRoom({ table: 'conversations', column: 'conversation_id', id: conversationId }));
        change.audit(act('conversation.delete', conversationId));
      });
      return { ok: true };
    },

    list: ({ actor }, { limit, cursor }) =>
      inServiceWords(async () => {
        const { conversations } = repositories.person(requirePerson(actor).userId);
        const { items, nextCursor } = await conversations.page({ limit, cursor });
        return { items: items.map((row) => presenters.conversation(row)), nextCursor };
      }),

    byId: ({ actor }, { conversationId }) =>
      inServiceWords(async () => {
        const { conversations } = repositories.person(requirePerson(actor).userId);
        const row = await conversations.byId(conversationId);
        if (row === null) throw noSuchConversation();
        return presenters.conversation(row);
      }),
  };
}
