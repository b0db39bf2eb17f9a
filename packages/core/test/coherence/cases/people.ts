import {
  apiTokenByHash,
  apiTokenById,
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

const newToken = parsed('auth.tokens.create', { name: 'export', access: 'read', expiresInDays: 1 });

/** People, their sessions, tokens and preferences. */
export const peopleCases: DomainCases = {
  queries: [
    queryCase(sessionByTokenHash, ({ all }) => all('sessions', 'token_hash')),
    queryCase(sessionById, ({ all }) => all('sessions', 'id')),
    queryCase(apiTokenByHash, ({ all }) => all('api_tokens', 'token_hash')),
    queryCase(apiTokenById, ({ all }) => all('api_tokens', 'id')),
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
    'auth.tokens.create': async ({ core, as }) => {
      const caller = await as('member');
      return () => core.services.apiTokens.create(caller, newToken);
    },
    'auth.tokens.revoke': async ({ core, as }) => {
      const caller = await as('member');
      const { item } = await core.services.apiTokens.create(caller, newToken);
      return () => core.services.apiTokens.revoke(caller, { tokenId: item.id });
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
