import { parsed } from '../../support/calls.ts';
import { club } from '../../support/settle-world.ts';
import type { DomainCases } from '../case.ts';

/** What happened. Its sums are read from the rollups themselves and never cached. */
export const usageCases: DomainCases = {
  queries: [],
  mutations: {
    'usage.record': async ({ core, as }) => {
      const caller = await as('member');
      const event = { guildId: club, type: 'command.roster', eventId: 'one' };
      return () => core.services.usage.record(caller, parsed('usage.record', event));
    },
    'usage.recordMany': async ({ core, as }) => {
      const caller = await as('member');
      const events = [{ guildId: club, type: 'command.roster', eventId: 'two' }];
      return () => core.services.usage.recordMany(caller, parsed('usage.recordMany', { events }));
    },
  },
};
