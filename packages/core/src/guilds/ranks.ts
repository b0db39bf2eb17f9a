import type { GrantableRole, Role } from '@slimy/contract';
import { rankOf } from '../permissions/ladder.js';

/** Why somebody may not do something to a member; null when they may. */
export type RankRefusal = 'rank_too_low' | 'last_owner' | 'grant_above_own' | null;

/** What the rank rules look at. */
export interface RankQuestion {
  readonly actor: { readonly userId: string; readonly roles: readonly Role[] };
  /** The member as stored; null for somebody who is not in the guild yet. */
  readonly target: { readonly userId: string; readonly roles: readonly Role[] } | null;
  /** Roles to be granted; null when the member is to be removed. */
  readonly grants: readonly GrantableRole[] | null;
}

/**
 * Nobody changes or removes a person of equal or higher rank, or grants above their own. The owner's place
 * follows Discord alone, so the owner cannot step down here either.
 */
export function rankRefusal({ actor, target, grants }: RankQuestion): RankRefusal {
  if (target?.userId === actor.userId && target.roles.includes('owner')) return 'last_owner';
  if (target && rankOf(target.roles) >= rankOf(actor.roles)) return 'rank_too_low';
  if (grants && rankOf(grants) > rankOf(actor.roles)) return 'grant_above_own';
  return null;
}
