import type { Role } from '@slimy/contract';

// Permission bits, https://docs.discord.com/developers/topics/permissions
const ADMINISTRATOR = 1n << 3n;
const MANAGE_CHANNELS = 1n << 4n;
const MANAGE_GUILD = 1n << 5n;
const MANAGE_ROLES = 1n << 28n;
const ALL_PERMISSIONS = (1n << 63n) - 1n;

/** Permission bits out of Discord's decimal string, which exceeds 32 bits; anything else is no permission. */
function bitsOf(permissions: string): bigint {
  return /^\d{1,32}$/.test(permissions) ? BigInt(permissions) : 0n;
}

/** The roles that Discord's facts give in a guild (domain rules 6.1, vector `discord-permissions-to-roles`). */
export function rolesFromDiscordPermissions(permissions: string, isOwner: boolean): Role[] {
  const bits = bitsOf(permissions);
  const held: Role[] = ['member'];
  if (isOwner) held.push('owner');
  if (isOwner || (bits & (ADMINISTRATOR | MANAGE_GUILD)) !== 0n) held.push('admin');
  if ((bits & (MANAGE_CHANNELS | MANAGE_ROLES)) !== 0n) held.push('editor');
  return held;
}

/** A role of a Discord guild with its permissions as Discord's decimal string. */
export interface DiscordRole {
  readonly id: string;
  readonly permissions: string;
}

/**
 * A member's permissions in a guild, computed as Discord does: the role of everyone (whose id is the guild's)
 * joined with the member's own; the owner and administrators have all. Channels do not matter here.
 */
export function permissionsInGuild(
  guild: { readonly id: string; readonly ownerId: string; readonly roles: readonly DiscordRole[] },
  member: { readonly id: string; readonly roleIds: readonly string[] },
): string {
  if (member.id === guild.ownerId) return ALL_PERMISSIONS.toString();
  const held = new Set([guild.id, ...member.roleIds]);
  const bits = guild.roles
    .filter(({ id }) => held.has(id))
    .reduce((sum, { permissions }) => sum | bitsOf(permissions), 0n);
  return ((bits & ADMINISTRATOR) === 0n ? bits : ALL_PERMISSIONS).toString();
}

/** What Discord says of somebody who wants to connect a guild. */
export interface DiscordStanding {
  readonly isOwner: boolean;
  /** Decimal string; null for who is not in the guild at all. */
  readonly permissions: string | null;
}

/** Whether Discord lets this person connect the guild: its owner, ADMINISTRATOR or MANAGE_GUILD (vector `connect-guild`). */
export function mayConnect({ isOwner, permissions }: DiscordStanding): boolean {
  if (permissions === null) return false;
  return isOwner || (bitsOf(permissions) & (ADMINISTRATOR | MANAGE_GUILD)) !== 0n;
}
