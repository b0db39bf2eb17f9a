import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** A person's own conversations. */
export const conversationRouter = {
  create: procedure(
    'conversation.create',
    { rate: 'write', rule: rule.self, audit: 'conversation.create' },
    ({ services, caller, input }) => services.conversations.create(caller, input),
  ),
  rename: procedure(
    'conversation.rename',
    { rate: 'write', rule: rule.self, audit: 'conversation.rename' },
    ({ services, caller, input }) => services.conversations.rename(caller, input),
  ),
  delete: procedure(
    'conversation.delete',
    { rate: 'write', rule: rule.self, audit: 'conversation.delete' },
    ({ services, caller, input }) => services.conversations.delete(caller, input),
  ),
  list: procedure('conversation.list', { rate: 'read', rule: rule.self }, ({ services, caller, input }) =>
    services.conversations.list(caller, input),
  ),
  byId: procedure('conversation.byId', { rate: 'read', rule: rule.self }, ({ services, caller, input }) =>
    services.conversations.byId(caller, input),
  ),
};
