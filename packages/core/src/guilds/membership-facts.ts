import type { Role } from '@slimy/contract';
import type { MemberRow, MembershipState } from '@slimy/db';
import { rolesFromDiscordPermissions } from '../permissions/discord-permissions.js';
import { inLadderOrder, joinedRoles } from '../permissions/ladder.js';

/** What Discord says of somebody who is in a guild. */
export interface PresenceFact {
  /** Decimal string. */
  readonly permissions: string;
  readonly roleIds: readonly string[];
  readonly isOwner: boolean;
  readonly joinedAt: Date | null;
}

/** The roles of the ladder that Discord's facts give; `club` by the Discord role the guild named for it. */
function discordRolesOf(fact: PresenceFact, clubRoleId: string | null): Role[] {
  const inClub = clubRoleId !== null && fact.roleIds.includes(clubRoleId);
  const held = rolesFromDiscordPermissions(fact.permissions, fact.isOwner);
  return inLadderOrder(inClub ? [...held, 'club'] : held);
}

/** The membership of somebody Discord says is present. A membership that ended begins anew, without what was granted. */
export function presentMembership(
  stored: MemberRow | null,
  fact: PresenceFact,
  clubRoleId: string | null,
  now: Date,
): MembershipState {
  const lasting = stored !== null && stored.leftAt === null ? stored : null;
  const discordRoles = discordRolesOf(fact, clubRoleId);
  const grantedRoles = lasting?.grantedRoles ?? [];
  return {
    roles: joinedRoles(discordRoles, grantedRoles),
    discordRoles,
    discordRoleIds: [...fact.roleIds].sort(),
    grantedRoles,
    source: lasting?.source ?? 'sync',
    joinedAt: lasting?.joinedAt ?? fact.joinedAt ?? now,
    leftAt: null,
  };
}

/** The membership of somebody Discord says has left: ended, unless it was given by hand; nothing of Discord remains. */
export function absentMembership(stored: MemberRow, now: Date): MembershipState {
  const byHand = stored.source === 'manual';
  const grantedRoles = byHand ? stored.grantedRoles : [];
  return {
    roles: joinedRoles([], grantedRoles),
    discordRoles: [],
    discordRoleIds: [],
    grantedRoles,
    source: stored.source,
    joinedAt: stored.joinedAt,
    leftAt: byHand ? stored.leftAt : (stored.leftAt ?? now),
  };
}

/**
 * The membership of somebody who no longer owns the guild. An owner has every permission by being owner, so none
 * of them says anything any more; what they may do besides, the next facts say.
 */
export function formerOwnerMembership(stored: MemberRow): MembershipState {
  const discordRoles = stored.discordRoles.filter((role) => role === 'member' || role === 'club');
  return { ...stored, discordRoles, roles: joinedRoles(discordRoles, stored.grantedRoles) };
}

/** The membership of somebody who is present and owns the guild now. */
export function ownerMembership(stored: MemberRow): MembershipState {
  const discordRoles = inLadderOrder([...stored.discordRoles, 'member', 'admin', 'owner']);
  return { ...stored, discordRoles, roles: joinedRoles(discordRoles, stored.grantedRoles) };
}

/** The membership of somebody after the guild named another Discord role, or none, for its club. */
export function clubMembership(stored: MemberRow, clubRoleId: string | null): MembershipState {
  const others = stored.discordRoles.filter((role) => role !== 'club');
  const inClub = clubRoleId !== null && stored.discordRoleIds.includes(clubRoleId);
  const discordRoles = inLadderOrder(inClub ? [...others, 'club'] : others);
  return { ...stored, discordRoles, roles: joinedRoles(discordRoles, stored.grantedRoles) };
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** Whether two states of a membership say the same. */
export function sameMembership(a: MembershipState, b: MembershipState): boolean {
  return (
    same(a.roles, b.roles) &&
    same(a.discordRoles, b.discordRoles) &&
    same(a.discordRoleIds, b.discordRoleIds) &&
    same(a.grantedRoles, b.grantedRoles) &&
    a.source === b.source &&
    a.leftAt?.getTime() === b.leftAt?.getTime()
  );
}
