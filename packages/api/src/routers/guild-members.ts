import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** Who is in a guild, and with which roles. */
export const guildMembersRouter = {
  list: procedure(
    'guild.members.list',
    { rate: 'read', rule: rule.action('view_members'), viaBot: true },
    ({ services, caller, input }) => services.members.list(caller, input),
  ),
  add: procedure(
    'guild.members.add',
    { rate: 'write', rule: rule.action('manage_members'), viaBot: true, audit: 'guild.member.add' },
    ({ services, caller, input }) => services.members.add(caller, input),
  ),
  setRoles: procedure(
    'guild.members.setRoles',
    { rate: 'write', rule: rule.action('manage_members'), viaBot: true, audit: 'guild.member.set_roles' },
    ({ services, caller, input }) => services.members.setRoles(caller, input),
  ),
  remove: procedure(
    'guild.members.remove',
    { rate: 'write', rule: rule.action('manage_members'), viaBot: true, audit: 'guild.member.remove' },
    ({ services, caller, input }) => services.members.remove(caller, input),
  ),
  addMany: procedure(
    'guild.members.addMany',
    { rate: 'write', rule: rule.action('manage_members'), audit: 'guild.member.add' },
    ({ services, caller, input }) => services.members.addMany(caller, input),
  ),
  setRolesMany: procedure(
    'guild.members.setRolesMany',
    { rate: 'write', rule: rule.action('manage_members'), audit: 'guild.member.set_roles' },
    ({ services, caller, input }) => services.members.setRolesMany(caller, input),
  ),
  removeMany: procedure(
    'guild.members.removeMany',
    { rate: 'write', rule: rule.action('manage_members'), audit: 'guild.member.remove' },
    ({ services, caller, input }) => services.members.removeMany(caller, input),
  ),
  sync: procedure(
    'guild.members.sync',
    { rate: 'ingest', rule: rule.bot, audit: 'guild.member.sync' },
    ({ services, caller, input }) => services.members.sync(caller, input),
  ),
};
