import { roles, type Role } from '@slimy/contract';
import classes from './role-badge.module.css';

/** One role. */
export function RoleBadge({ role }: { readonly role: Role }) {
  return (
    <span className={classes.badge} data-role={role}>
      {role}
    </span>
  );
}

/** The place of a person in the ladder: the index of their highest role, -1 without one. */
export function rankOf(held: readonly Role[]): number {
  return Math.max(-1, ...held.map((role) => roles.indexOf(role)));
}

/** A person's roles, highest first; `member` only where it is all there is. */
export function shownRoles(held: readonly Role[]): readonly Role[] {
  const above = held.filter((role) => role !== 'member');
  return above.length === 0 ? ['member'] : above.toSorted((a, b) => roles.indexOf(b) - roles.indexOf(a));
}
