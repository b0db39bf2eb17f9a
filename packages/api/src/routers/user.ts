import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** People and their own preferences. */
export const userRouter = {
  me: procedure(
    'user.me',
    { rate: 'read', rule: rule.signedIn, viaBot: true },
    ({ services, caller, input }) => services.users.me(caller, input),
  ),
  byId: procedure(
    'user.byId',
    { rate: 'read', rule: rule.resolver('seePerson'), viaBot: true },
    ({ services, caller, input }) => services.users.byId(caller, input),
  ),
  byDiscordId: procedure(
    'user.byDiscordId',
    { rate: 'read', rule: rule.resolver('seePerson'), viaBot: true },
    ({ services, caller, input }) => services.users.byDiscordId(caller, input),
  ),
  update: procedure(
    'user.update',
    { rate: 'write', rule: rule.self, audit: 'user.update' },
    ({ services, caller, input }) => services.users.update(caller, input),
  ),
  export: procedure(
    'user.export',
    { rate: 'export', rule: rule.resolver('selfOrOperator'), byToken: false, audit: 'user.export' },
    ({ services, caller, input }) => services.users.export(caller, input),
  ),
  erase: procedure(
    'user.erase',
    { rate: 'export', rule: rule.resolver('selfOrOperator'), byToken: false, audit: 'user.erase' },
    ({ services, caller, input }) => services.users.erase(caller, input),
  ),
  settings: {
    get: procedure(
      'user.settings.get',
      { rate: 'read', rule: rule.self, viaBot: true },
      ({ services, caller, input }) => services.users.settings(caller, input),
    ),
    update: procedure(
      'user.settings.update',
      { rate: 'write', rule: rule.self, viaBot: true, audit: 'user.settings.update' },
      ({ services, caller, input }) => services.users.updateSettings(caller, input),
    ),
  },
};
