import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** Personal API tokens: made and revoked by their person, signed in. */
export const apiTokensRouter = {
  list: procedure(
    'auth.tokens.list',
    { rate: 'read', rule: rule.self, byToken: false },
    ({ services, caller, input }) => services.apiTokens.list(caller, input),
  ),
  create: procedure(
    'auth.tokens.create',
    { rate: 'write', rule: rule.self, byToken: false, audit: 'token.create' },
    ({ services, caller, input }) => services.apiTokens.create(caller, input),
  ),
  revoke: procedure(
    'auth.tokens.revoke',
    { rate: 'write', rule: rule.self, byToken: false, audit: 'token.revoke' },
    ({ services, caller, input }) => services.apiTokens.revoke(caller, input),
  ),
};
