import type { MemberFact } from '@slimy/contract';
import {
  profileDiffers,
  type DiscordProfile,
  type GuildRow,
  type MemberRow,
  type MembershipState,
  type UserRow,
} from '@slimy/db';
import { absentMembership, presentMembership, sameMembership } from './membership-facts.js';

/** What the plan is made from. */
export interface SyncKnowledge {
  readonly guild: GuildRow;
  readonly clubRoleId: string | null;
  /** The people the facts name, as far as they are known. */
  readonly users: readonly UserRow[];
  /** Their memberships, also ended ones; with `complete`, everybody who is present besides. */
  readonly members: readonly MemberRow[];
}

/** One membership as it becomes. */
interface PlannedMembership {
  readonly discordId: string;
  /** Null for somebody who is not known yet. */
  readonly userId: string | null;
  readonly before: MemberRow | null;
  readonly after: MembershipState;
}

/** What facts of the gateway change. */
export interface SyncPlan {
  readonly newPeople: readonly DiscordProfile[];
  readonly changedProfiles: readonly UserRow[];
  readonly memberships: readonly PlannedMembership[];
  readonly counts: { joined: number; changed: number; left: number; unchanged: number };
}

type PresentFact = Extract<MemberFact, { kind: 'present' }>;

/** Whether a membership lasts. */
export function isPresent(state: MembershipState | null): boolean {
  return state !== null && state.leftAt === null;
}

/** The last fact of each person: the gateway told them in this order. Null for who has left. */
function latestFacts(facts: readonly MemberFact[]): Map<string, PresentFact | null> {
  const latest = new Map<string, PresentFact | null>();
  for (const fact of facts) {
    if (fact.kind === 'present') latest.set(fact.user.discordId, fact);
    else latest.set(fact.discordId, null);
  }
  return latest;
}

/** Works out what facts of the gateway change; the same facts again change nothing. */
export function planSync(
  knowledge: SyncKnowledge,
  facts: readonly MemberFact[],
  { complete, now }: { readonly complete: boolean; readonly now: Date },
): SyncPlan {
  const { guild, clubRoleId } = knowledge;
  const users = new Map(knowledge.users.map((user) => [user.discordId, user]));
  const members = new Map(knowledge.members.map((member) => [member.discordId, member]));
  const told = latestFacts(facts);
  if (complete) {
    for (const [discordId, member] of members) {
      if (!told.has(discordId) && isPresent(member)) told.set(discordId, null);
    }
  }

  const newPeople: DiscordProfile[] = [];
  const changedProfiles: UserRow[] = [];
  const memberships: PlannedMembership[] = [];
  const counts = { joined: 0, changed: 0, left: 0, unchanged: 0 };
  for (const [discordId, fact] of told) {
    const user = users.get(discordId) ?? null;
    const before = members.get(discordId) ?? null;
    if (fact && !user) newPeople.push(fact.user);
    const renamed = fact !== null && user !== null && profileDiffers(user, fact.user);
    if (renamed) changedProfiles.push({ ...user, ...fact.user, updatedAt: now });
    const presence = fact && { ...fact, isOwner: guild.ownerDiscordId === discordId };
    const after = presence
      ? presentMembership(before, presence, clubRoleId, now)
      : before && absentMembership(before, now);
    if (after === null || (before && sameMembership(before, after))) {
      counts[renamed ? 'changed' : 'unchanged'] += 1;
      continue;
    }
    memberships.push({ discordId, userId: user?.id ?? before?.userId ?? null, before, after });
    if (isPresent(before) === isPresent(after)) counts.changed += 1;
    else counts[isPresent(after) ? 'joined' : 'left'] += 1;
  }
  return { newPeople, changedProfiles, memberships, counts };
}
