import { grantableRoles, roles, type GrantableRole, type Role } from '@slimy/contract';

/** The roles in a JSON column, in the order of the ladder; what is no role counts for nothing. */
export function rolesIn(stored: unknown): Role[] {
  return Array.isArray(stored) ? roles.filter((role) => stored.includes(role)) : [];
}

/** The granted roles in a JSON column, in the order of the ladder. */
export function grantedRolesIn(stored: unknown): GrantableRole[] {
  return Array.isArray(stored) ? grantableRoles.filter((role) => stored.includes(role)) : [];
}

/** The ids in a JSON column. */
export function idsIn(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter((id): id is string => typeof id === 'string') : [];
}
