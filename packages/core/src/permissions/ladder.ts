import { grantableRoles, roles, type GrantableRole, type Role } from '@slimy/contract';

/** Older names of the lowest role, still found in people's data and questions (domain rules 6.1). */
const aliases: Readonly<Record<string, Role>> = { viewer: 'member', user: 'member' };

function isRole(name: string): name is Role {
  return roles.some((role) => role === name);
}

/** The role a name stands for; case and outer spaces do not matter. Null for a name that is no role. */
function roleNamed(name: string): Role | null {
  const plain = name.trim().toLowerCase();
  return isRole(plain) ? plain : ((Object.hasOwn(aliases, plain) ? aliases[plain] : null) ?? null);
}

/** Whether a role reaches another on the ladder; an unknown name on either side never does (vector `role-rank`). */
export function roleReaches(has: string, needs: string): boolean {
  const [held, wanted] = [roleNamed(has), roleNamed(needs)];
  return held !== null && wanted !== null && roles.indexOf(held) >= roles.indexOf(wanted);
}

/** The place of the highest of these roles on the ladder: member 0 to owner 5, -1 for none. */
export function rankOf(held: readonly Role[]): number {
  return held.reduce((highest, role) => Math.max(highest, roles.indexOf(role)), -1);
}

/** Roles as they are stored and shown: each once, in the order of the ladder. */
export function inLadderOrder(names: readonly string[]): Role[] {
  return roles.filter((role) => names.includes(role));
}

/** The grantable ones among these names, each once, in the order of the ladder. */
export function grantedInOrder(names: readonly string[]): GrantableRole[] {
  return grantableRoles.filter((role) => names.includes(role));
}

/** What a membership's `roles` are: the one place where Discord's facts and granted roles are joined. */
export function joinedRoles(discordRoles: readonly Role[], grantedRoles: readonly GrantableRole[]): Role[] {
  return inLadderOrder(['member', ...discordRoles, ...grantedRoles]);
}
