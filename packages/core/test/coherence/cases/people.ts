import {
  savedUserSettings,
  sessionById,
  sessionByTokenHash,
  standingOfUser,
  userById,
  userIdByDiscordId,
} from '../../../src/queries/people.ts';
import { parsed } from '../../support/calls.ts';
import { club, world } from '../../support/settle-world.ts';
import { queryCase, type DomainCases } from '../case.ts';
import { newcomer } from '../coherence-world.ts';

/** People, their sessions and preferences. */
export const peopleCases: DomainCases = {
  queries: [
    queryCase(sessionByTokenHash, ({ all }) => all('sessions', 'token_hash')),
    queryCase(sessionById, ({ all }) => all('sessions', 'id')),
    queryCase(userIdByDiscordId, () => [
      ...Object.values(world.people).map(({ discordId }) => discordId),
      newcomer,
    ]),
    queryCase(standingOfUser, ({ all }) => all('users', 'id')),
    queryCase(userById, ({ all }) => all('users', 'id')),
    queryCase(savedUserSettings, ({ all }) => all('users', 'id')),
  ],
  mutations: {
    'auth.revokeSession': async ({ core, as }) => {
      await as('member');
      const caller = await as('member');
      const { items } = await core.services.sessions.list(caller, parsed('auth.sessions', {}));
      const { id: sessionId } = items.find(({ current }) => !current)!;
      return () => core.services.sessions.revoke(caller, { sessionId });
    },
    'auth.revokeOtherSessions': async ({ core, as }) => {
      await as('member');
      const caller = await as('member');
      return () => core.services.sessions.revokeOthers(caller, undefined);
    },
    'user.update': async ({ core, as }) => {
      const caller = await as('member');
      return () => core.services.users.update(caller, { lastActiveGuildId: club });
    },
    'user.settings.update': async ({ core, as }) => {
      const caller = await as('member');
      return () => core.services.users.updateSettings(caller, { theme: 'dark' });
    },
  },
};
