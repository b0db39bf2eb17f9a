import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** The audit trail. */
export const auditRouter = {
  recent: procedure(
    'audit.recent',
    { rate: 'read', rule: rule.resolver('seeAudit'), viaBot: true },
    ({ services, caller, input }) => services.audit.recent(caller, input),
  ),
  failed: procedure(
    'audit.failed',
    { rate: 'read', rule: rule.resolver('seeAudit') },
    ({ services, caller, input }) => services.audit.failed(caller, input),
  ),
  byResource: procedure(
    'audit.byResource',
    { rate: 'read', rule: rule.resolver('seeAudit') },
    ({ services, caller, input }) => services.audit.byResource(caller, input),
  ),
  stats: procedure(
    'audit.stats',
    { rate: 'read', rule: rule.resolver('seeAudit') },
    ({ services, caller, input }) => services.audit.stats(caller, input),
  ),
  export: procedure(
    'audit.export',
    { rate: 'export', rule: rule.resolver('seeAudit'), audit: 'audit.export' },
    ({ services, caller, input }) => services.audit.export(caller, input),
  ),
  verify: procedure(
    'audit.verify',
    { rate: 'operator', rule: rule.operator },
    ({ services, caller, input }) => services.audit.verify(caller, input),
  ),
};
