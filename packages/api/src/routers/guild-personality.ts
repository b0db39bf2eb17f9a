import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** The character of a guild's assistant. */
export const guildPersonalityRouter = {
  get: procedure(
    'guild.personality.get',
    { rate: 'read', rule: rule.member, viaBot: true },
    ({ services, caller, input }) => services.personality.get(caller, input),
  ),
  update: procedure(
    'guild.personality.update',
    { rate: 'write', rule: rule.action('manage_settings'), viaBot: true, audit: 'guild.personality.update' },
    ({ services, caller, input }) => services.personality.update(caller, input),
  ),
  reset: procedure(
    'guild.personality.reset',
    { rate: 'write', rule: rule.action('manage_settings'), viaBot: true, audit: 'guild.personality.reset' },
    ({ services, caller, input }) => services.personality.reset(caller, input),
  ),
  presets: procedure(
    'guild.personality.presets',
    { rate: 'read', rule: rule.member, viaBot: true },
    ({ services, caller, input }) => services.personality.presets(caller, input),
  ),
  preview: procedure(
    'guild.personality.preview',
    { rate: 'read', rule: rule.member, viaBot: true },
    ({ services, caller, input }) => services.personality.preview(caller, input),
  ),
};
