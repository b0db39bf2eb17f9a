import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** The life of data: what is kept, taken along, erased. */
export const lifecycleRouter = {
  policies: procedure(
    'lifecycle.policies',
    { rate: 'operator', rule: rule.operator },
    ({ services, caller, input }) => services.lifecycle.policies(caller, input),
  ),
  setPolicy: procedure(
    'lifecycle.setPolicy',
    { rate: 'operator', rule: rule.operator, audit: 'retention.set' },
    ({ services, caller, input }) => services.lifecycle.setPolicy(caller, input),
  ),
  preview: procedure(
    'lifecycle.preview',
    { rate: 'operator', rule: rule.operator },
    ({ services, caller, input }) => services.lifecycle.preview(caller, input),
  ),
  run: procedure(
    'lifecycle.run',
    { rate: 'operator', rule: rule.operator, audit: 'retention.run' },
    ({ services, caller, input }) => services.lifecycle.run(caller, input),
  ),
  archives: procedure(
    'lifecycle.archives',
    { rate: 'operator', rule: rule.operator },
    ({ services, caller, input }) => services.lifecycle.archives(caller, input),
  ),
  restoreArchive: procedure(
    'lifecycle.restoreArchive',
    { rate: 'operator', rule: rule.operator, audit: 'archive.restore' },
    ({ services, caller, input }) => services.lifecycle.restoreArchive(caller, input),
  ),
  exportGuild: procedure(
    'lifecycle.exportGuild',
    { rate: 'export', rule: rule.action('export_data'), audit: 'guild.export' },
    ({ services, caller, input }) => services.lifecycle.exportGuild(caller, input),
  ),
  eraseGuild: procedure(
    'lifecycle.eraseGuild',
    { rate: 'write', rule: rule.action('erase_data'), audit: 'guild.erase' },
    ({ services, caller, input }) => services.lifecycle.eraseGuild(caller, input),
  ),
};
