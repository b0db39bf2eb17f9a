import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** A guild's settings form. */
export const guildSettingsRouter = {
  get: procedure(
    'guild.settings.get',
    { rate: 'read', rule: rule.member, viaBot: true },
    ({ services, caller, input }) => services.guildSettings.get(caller, input),
  ),
  update: procedure(
    'guild.settings.update',
    { rate: 'write', rule: rule.action('manage_settings'), viaBot: true, audit: 'guild.settings.update' },
    ({ services, caller, input }) => services.guildSettings.update(caller, input),
  ),
};
