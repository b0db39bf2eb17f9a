import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';
import { guildMembersRouter } from './guild-members.js';
import { guildPersonalityRouter } from './guild-personality.js';
import { guildSettingsRouter } from './guild-settings.js';

/** Guilds as Discord describes them and as people see them. */
export const guildRouter = {
  connectable: procedure(
    'guild.connectable',
    { rate: 'read', rule: rule.self },
    ({ services, caller, input }) => services.guilds.connectable(caller, input),
  ),
  connect: procedure(
    'guild.connect',
    { rate: 'write', rule: rule.resolver('connectGuild'), viaBot: true, audit: 'guild.connect' },
    ({ services, caller, input }) => services.guilds.connect(caller, input),
  ),
  mine: procedure(
    'guild.mine',
    { rate: 'read', rule: rule.signedIn, viaBot: true },
    ({ services, caller, input }) => services.guilds.mine(caller, input),
  ),
  list: procedure('guild.list', { rate: 'operator', rule: rule.operator }, ({ services, caller, input }) =>
    services.guilds.list(caller, input),
  ),
  byId: procedure(
    'guild.byId',
    { rate: 'read', rule: rule.member, viaBot: true },
    ({ services, caller, input }) => services.guilds.byId(caller, input),
  ),
  refresh: procedure(
    'guild.refresh',
    { rate: 'write', rule: rule.action('manage_guild'), audit: 'guild.refresh' },
    ({ services, caller, input }) => services.guilds.refresh(caller, input),
  ),
  delete: procedure(
    'guild.delete',
    { rate: 'write', rule: rule.action('delete_guild'), audit: 'guild.delete' },
    ({ services, caller, input }) => services.guilds.delete(caller, input),
  ),
  sync: procedure(
    'guild.sync',
    { rate: 'ingest', rule: rule.bot, audit: 'guild.sync' },
    ({ services, caller, input }) => services.guilds.sync(caller, input),
  ),
  can: procedure(
    'guild.can',
    { rate: 'read', rule: rule.member, viaBot: true },
    ({ services, caller, input }) => services.guilds.can(caller, input),
  ),
  onChange: procedure(
    'guild.onChange',
    { rate: 'read', rule: rule.member },
    ({ services, caller, input, ...options }) => services.guilds.onChange(caller, input, options),
  ),
  members: guildMembersRouter,
  settings: guildSettingsRouter,
  personality: guildPersonalityRouter,
};
