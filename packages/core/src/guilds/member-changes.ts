import type { GrantableRole, Role } from '@slimy/contract';
import type { DiscordProfile, MemberRow, MembershipState, UserRow } from '@slimy/db';
import { grantedInOrder, joinedRoles } from '../permissions/ladder.js';
import { rankRefusal } from './ranks.js';
import { isPresent } from './sync-plan.js';

/** What is wanted of one person in a guild. */
export type WantedChange =
  | { readonly kind: 'add'; readonly discordId: string; readonly roles: readonly GrantableRole[] }
  | { readonly kind: 'setRoles'; readonly userId: string; readonly roles: readonly GrantableRole[] }
  | { readonly kind: 'remove'; readonly userId: string };

/** Why a row is refused. */
export type RowRefusal =
  | 'unknown_person'
  | 'not_a_member'
  | 'already_a_member'
  | 'named_twice'
  | 'rank_too_low'
  | 'grant_above_own'
  | 'last_owner';

/** What becomes of one wanted change. */
export interface PlannedChange {
  readonly userId: string | null;
  readonly discordId: string | null;
  readonly refusal: RowRefusal | null;
  readonly before: MemberRow | null;
  /** Null for a refused row. */
  readonly after: MembershipState | null;
  /** Whether the membership really becomes another one. */
  readonly changes: boolean;
}

interface ChangeKnowledge {
  readonly actor: { readonly userId: string; readonly roles: readonly Role[] };
  /** The people named by Discord id, as far as they are known. */
  readonly users: readonly UserRow[];
  /** The memberships of everybody named, also ended ones. */
  readonly members: readonly MemberRow[];
  readonly now: Date;
}

type Named = Partial<Pick<DiscordProfile, 'discordId'>> & { readonly userId?: string };

function granted(before: MemberRow, roles: readonly GrantableRole[]): MembershipState {
  const grantedRoles = grantedInOrder(roles);
  return { ...before, grantedRoles, roles: joinedRoles(before.discordRoles, grantedRoles) };
}

function added(roles: readonly GrantableRole[], now: Date): MembershipState {
  const grantedRoles = grantedInOrder(roles);
  return {
    roles: joinedRoles([], grantedRoles),
    discordRoles: [],
    discordRoleIds: [],
    grantedRoles,
    source: 'manual',
    joinedAt: now,
    leftAt: null,
  };
}

function removed(before: MemberRow, now: Date): MembershipState {
  return {
    ...before,
    roles: ['member'],
    discordRoles: [],
    discordRoleIds: [],
    grantedRoles: [],
    leftAt: now,
  };
}

/** Works out what becomes of each wanted change, in their order. */
export function planMemberChanges(
  wanted: readonly WantedChange[],
  { actor, users, members, now }: ChangeKnowledge,
): PlannedChange[] {
  const byUserId = new Map(members.map((member) => [member.userId, member]));
  const userByDiscordId = new Map(users.map((user) => [user.discordId, user]));
  const named = new Set<string>();

  function planned(one: WantedChange): PlannedChange {
    const user = one.kind === 'add' ? userByDiscordId.get(one.discordId) : undefined;
    const userId = one.kind === 'add' ? (user?.id ?? null) : one.userId;
    const stored = userId === null ? null : (byUserId.get(userId) ?? null);
    const person: Named = one.kind === 'add' ? { discordId: one.discordId } : { userId: one.userId };
    const refuse = (refusal: RowRefusal): PlannedChange => ({
      userId,
      discordId: person.discordId ?? null,
      refusal,
      before: null,
      after: null,
      changes: false,
    });
    if (userId === null) return refuse('unknown_person');
    if (named.has(userId)) return refuse('named_twice');
    named.add(userId);
    const before = isPresent(stored) ? stored : null;
    if (one.kind === 'add' && before) return refuse('already_a_member');
    if (one.kind !== 'add' && !before) return refuse('not_a_member');
    const grants = one.kind === 'remove' ? null : one.roles;
    const refusal = rankRefusal({ actor, target: before, grants });
    if (refusal) return refuse(refusal);
    const after =
      one.kind === 'add' || before === null
        ? added(one.kind === 'remove' ? [] : one.roles, now)
        : one.kind === 'remove'
          ? removed(before, now)
          : granted(before, one.roles);
    const changes = one.kind !== 'setRoles' || before?.grantedRoles.join() !== after.grantedRoles.join();
    const discordId = before?.discordId ?? user?.discordId ?? stored?.discordId ?? null;
    return { userId, discordId, refusal: null, before: stored, after, changes };
  }

  return wanted.map(planned);
}
