import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** Messages in guilds and conversations. */
export const messageRouter = {
  send: procedure(
    'message.send',
    { rate: 'chat', rule: rule.resolver('writeMessages'), viaBot: true, audit: 'message.send' },
    ({ services, caller, input }) => services.messages.send(caller, input),
  ),
  list: procedure(
    'message.list',
    { rate: 'read', rule: rule.resolver('readMessages') },
    ({ services, caller, input }) => services.messages.list(caller, input),
  ),
  delete: procedure(
    'message.delete',
    { rate: 'write', rule: rule.resolver('readMessages'), audit: 'message.delete' },
    ({ services, caller, input }) => services.messages.delete(caller, input),
  ),
  onNew: procedure(
    'message.onNew',
    { rate: 'read', rule: rule.resolver('readMessages') },
    ({ services, caller, input, ...options }) => services.messages.onNew(caller, input, options),
  ),
};
