import type { DomainCases } from '../case.ts';

/** The audit trail, jobs and the life of data. */
export const operationCases: DomainCases = {
  queries: [],
  mutations: {},
  withoutRows: {
    'audit.export': 'adds its own record to the trail and changes nothing else',
    'system.jobRetry': 'changes a job, which no cached query reads',
  },
};
