import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** What was read off a person's own screenshots. */
export const screenshotRouter = {
  byId: procedure('screenshot.byId', { rate: 'read', rule: rule.self }, ({ services, caller, input }) =>
    services.screenshots.byId(caller, input),
  ),
  list: procedure('screenshot.list', { rate: 'read', rule: rule.self }, ({ services, caller, input }) =>
    services.screenshots.list(caller, input),
  ),
  delete: procedure(
    'screenshot.delete',
    { rate: 'write', rule: rule.self, audit: 'screenshot.delete' },
    ({ services, caller, input }) => services.screenshots.delete(caller, input),
  ),
  compare: procedure(
    'screenshot.compare',
    { rate: 'write', rule: rule.self, audit: 'screenshot.compare' },
    ({ services, caller, input }) => services.screenshots.compare(caller, input),
  ),
  comparisons: procedure(
    'screenshot.comparisons',
    { rate: 'read', rule: rule.self },
    ({ services, caller, input }) => services.screenshots.comparisons(caller, input),
  ),
};
