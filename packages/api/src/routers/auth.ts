import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';
import { apiTokensRouter } from './api-tokens.js';

/** Sessions and tokens, and who is calling. A token, once stolen, must not make itself last: none of this is for tokens. */
export const authRouter = {
  session: procedure('auth.session', { rate: 'read', rule: rule.public }, ({ services, caller, input }) =>
    services.sessions.current(caller, input),
  ),
  sessions: procedure(
    'auth.sessions',
    { rate: 'read', rule: rule.self, byToken: false },
    ({ services, caller, input }) => services.sessions.list(caller, input),
  ),
  revokeSession: procedure(
    'auth.revokeSession',
    { rate: 'write', rule: rule.self, byToken: false, audit: 'session.revoke' },
    ({ services, caller, input }) => services.sessions.revoke(caller, input),
  ),
  revokeOtherSessions: procedure(
    'auth.revokeOtherSessions',
    { rate: 'write', rule: rule.self, byToken: false, audit: 'session.revoke_others' },
    ({ services, caller, input }) => services.sessions.revokeOthers(caller, input),
  ),
  tokens: apiTokensRouter,
};
