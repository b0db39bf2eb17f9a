import type { DomainCases } from '../case.ts';

/** What operators do to the running program. */
export const systemCases: DomainCases = {
  queries: [],
  mutations: {},
  withoutRows: {
    'system.cacheInvalidate': 'drops copies',
    'system.cacheClear': 'drops copies',
  },
};
