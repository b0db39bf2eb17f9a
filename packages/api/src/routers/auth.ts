import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** Sessions, and who is calling. */
export const authRouter = {
  session: procedure('auth.session', { rate: 'read', rule: rule.public }, ({ services, caller, input }) =>
    services.sessions.current(caller, input),
  ),
  sessions: procedure('auth.sessions', { rate: 'read', rule: rule.self }, ({ services, caller, input }) =>
    services.sessions.list(caller, input),
  ),
  revokeSession: procedure(
    'auth.revokeSession',
    { rate: 'write', rule: rule.self, audit: 'session.revoke' },
    ({ services, caller, input }) => services.sessions.revoke(caller, input),
  ),
  revokeOtherSessions: procedure(
    'auth.revokeOtherSessions',
    { rate: 'write', rule: rule.self, audit: 'session.revoke_others' },
    ({ services, caller, input }) => services.sessions.revokeOthers(caller, input),
  ),
};
