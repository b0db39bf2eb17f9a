import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** What operators ask of the running program. */
export const systemRouter = {
  version: procedure('system.version', { rate: 'read', rule: rule.public }, ({ services, caller, input }) =>
    services.system.version(caller, input),
  ),
  health: procedure(
    'system.health',
    { rate: 'operator', rule: rule.operator },
    ({ services, caller, input }) => services.system.health(caller, input),
  ),
  cacheStats: procedure(
    'system.cacheStats',
    { rate: 'operator', rule: rule.operator },
    ({ services, caller, input }) => services.system.cacheStats(caller, input),
  ),
  cacheExplain: procedure(
    'system.cacheExplain',
    { rate: 'operator', rule: rule.operator },
    ({ services, caller, input }) => services.system.cacheExplain(caller, input),
  ),
  cacheInvalidate: procedure(
    'system.cacheInvalidate',
    { rate: 'operator', rule: rule.operator, audit: 'cache.invalidate' },
    ({ services, caller, input }) => services.system.cacheInvalidate(caller, input),
  ),
  cacheClear: procedure(
    'system.cacheClear',
    { rate: 'operator', rule: rule.operator, audit: 'cache.clear' },
    ({ services, caller, input }) => services.system.cacheClear(caller, input),
  ),
  jobs: procedure('system.jobs', { rate: 'operator', rule: rule.operator }, ({ services, caller, input }) =>
    services.system.jobs(caller, input),
  ),
  jobRetry: procedure(
    'system.jobRetry',
    { rate: 'operator', rule: rule.operator, audit: 'job.retry' },
    ({ services, caller, input }) => services.system.jobRetry(caller, input),
  ),
};
