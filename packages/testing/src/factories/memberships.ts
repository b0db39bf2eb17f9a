/** The ladder of roles in a guild, lowest first. */
const ladder = ['member', 'club', 'editor', 'moderator', 'admin', 'owner'] as const;
const grantable = ['club', 'editor', 'moderator', 'admin'] as const;

/** A role of the ladder. */
export type LadderRole = (typeof ladder)[number];

/** What a test says of a membership: the roles by where each comes from, and when it began and ended. */
export interface MembershipFacts {
  /** What Discord's permissions give. */
  readonly discordRoles?: readonly LadderRole[];
  /** What was granted here. */
  readonly grantedRoles?: readonly LadderRole[];
  readonly joinedAt: Date;
  readonly leftAt?: Date | null;
}

/** A new membership as the database takes it; `membershipId` is given there. */
export interface MembershipRowInput {
  readonly userId: string;
  readonly membershipId: null;
  readonly roles: readonly LadderRole[];
  readonly discordRoles: readonly LadderRole[];
  readonly discordRoleIds: readonly string[];
  readonly grantedRoles: readonly (typeof grantable)[number][];
  readonly source: 'sync';
  readonly joinedAt: Date;
  readonly leftAt: Date | null;
}

/** A membership that the gateway told of: its roles in the order of the ladder, and none once it has ended. */
export function membershipRow(userId: string, facts: MembershipFacts): MembershipRowInput {
  const { joinedAt, leftAt = null } = facts;
  const held = (names: readonly LadderRole[]) => (leftAt === null ? names : []);
  const byDiscord = held(['member', ...(facts.discordRoles ?? [])]);
  const granted = held(facts.grantedRoles ?? []);
  return {
    userId,
    membershipId: null,
    roles: ladder.filter((role) => byDiscord.includes(role) || granted.includes(role)),
    discordRoles: ladder.filter((role) => byDiscord.includes(role)),
    discordRoleIds: [],
    grantedRoles: grantable.filter((role) => granted.includes(role)),
    source: 'sync',
    joinedAt,
    leftAt,
  };
}
