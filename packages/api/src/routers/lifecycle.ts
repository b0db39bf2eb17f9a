import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** The life of data: what is kept, taken along, erased. */
export const lifecycleRouter = {
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
