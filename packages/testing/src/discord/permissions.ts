import { PermissionFlagsBits } from 'discord-api-types/v10';
import type { FakeGuild } from './world-types.js';

/** Every permission bit that exists. */
const ALL_PERMISSIONS = Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit, 0n);

/** A member's permissions in the guild, channels aside: everyone's role and their own; owner and administrators have all. */
export function guildPermissions(guild: FakeGuild, personId: string): bigint {
  if (guild.ownerId === personId) return ALL_PERMISSIONS;
  const member = guild.members.get(personId);
  if (!member) return 0n;
  const held = [guild.id, ...member.roleIds].reduce(
    (bits, roleId) => bits | (guild.roles.get(roleId)?.permissions ?? 0n),
    0n,
  );
  return (held & PermissionFlagsBits.Administrator) === 0n ? held : ALL_PERMISSIONS;
}
