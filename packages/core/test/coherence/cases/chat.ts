import { newestGuildMessages } from '../../../src/queries/messages.ts';
import { parsed } from '../../support/calls.ts';
import { club, other } from '../../support/settle-world.ts';
import { queryCase, type DomainCases } from '../case.ts';
import type { CoherenceWorld } from '../coherence-world.ts';

const pages = [club, other].flatMap((guildId) =>
  [true, false].map((withAdminOnly) => ({ guildId, limit: 50, withAdminOnly })),
);

async function ownConversation({ core, as }: CoherenceWorld) {
  const caller = await as('member');
  const created = await core.services.conversations.create(caller, parsed('conversation.create', {}));
  return { caller, conversationId: created.id };
}

/** Conversations and messages. */
export const chatCases: DomainCases = {
  queries: [queryCase(newestGuildMessages, () => pages)],
  mutations: {
    'conversation.create': async ({ core, as }) => {
      const caller = await as('member');
      return () => core.services.conversations.create(caller, parsed('conversation.create', {}));
    },
    'conversation.rename': async (world) => {
      const { caller, ...room } = await ownConversation(world);
      return () => world.core.services.conversations.rename(caller, { ...room, title: 'renamed' });
    },
    'conversation.delete': async (world) => {
      const { caller, ...room } = await ownConversation(world);
      return () => world.core.services.conversations.delete(caller, room);
    },
    'message.send': async ({ core, as }) => {
      const caller = await as('member');
      const input = parsed('message.send', { guildId: club, text: 'hello' });
      return () => core.services.messages.send(caller, input);
    },
    'message.delete': async ({ core, as }) => {
      const caller = await as('moderator');
      const said = parsed('message.send', { guildId: club, text: 'hello', adminOnly: true });
      const { id: messageId } = await core.services.messages.send(caller, said);
      return () => core.services.messages.delete(caller, { guildId: club, messageId });
    },
  },
};
