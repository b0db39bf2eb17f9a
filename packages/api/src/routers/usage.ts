import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** What happened: told by people and the bot, read by those who may see it. */
export const usageRouter = {
  record: procedure(
    'usage.record',
    { rate: 'ingest', rule: rule.resolver('recordUsage'), audit: 'usage.record' },
    ({ services, caller, input }) => services.usage.record(caller, input),
  ),
  recordMany: procedure(
    'usage.recordMany',
    { rate: 'ingest', rule: rule.resolver('ingestUsage'), audit: 'usage.record' },
    ({ services, caller, input }) => services.usage.recordMany(caller, input),
  ),
  series: procedure(
    'usage.series',
    { rate: 'read', rule: rule.resolver('seeUsage'), viaBot: true },
    ({ services, caller, input }) => services.usage.series(caller, input),
  ),
  summary: procedure(
    'usage.summary',
    { rate: 'read', rule: rule.resolver('seeUsage'), viaBot: true },
    ({ services, caller, input }) => services.usage.summary(caller, input),
  ),
  top: procedure(
    'usage.top',
    { rate: 'read', rule: rule.resolver('seeUsage'), viaBot: true },
    ({ services, caller, input }) => services.usage.top(caller, input),
  ),
  events: procedure(
    'usage.events',
    { rate: 'read', rule: rule.resolver('seeUsage') },
    ({ services, caller, input }) => services.usage.events(caller, input),
  ),
};
