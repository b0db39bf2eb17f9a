import { club, world } from '../../support/settle-world.ts';
import type { DomainCases } from '../case.ts';

/** The audit trail, jobs and the life of data. */
export const operationCases: DomainCases = {
  queries: [],
  mutations: {
    'user.erase': async ({ core, as }) => {
      const caller = await as('owner');
      return () => core.services.users.erase(caller, { confirm: `erase ${world.people.owner.username}` });
    },
    'lifecycle.eraseGuild': async ({ core, as }) => {
      const caller = await as('owner');
      const confirmName = world.guilds.club.name;
      return () => core.services.lifecycle.eraseGuild(caller, { guildId: club, confirmName });
    },
  },
  withoutRows: {
    'audit.export': 'adds its own record to the trail and changes nothing else',
    'lifecycle.exportGuild': 'adds its own record to the trail and changes nothing else',
    'user.export': 'adds its own record to the trail and changes nothing else',
    'lifecycle.restoreArchive': 'its own test looks at the counters it brings back',
    'lifecycle.run': 'enqueues a job; the job’s own test looks at what it changes',
    'lifecycle.setPolicy': 'changes a policy, which no cached query reads',
    'system.jobRetry': 'changes a job, which no cached query reads',
  },
};
