/** A person or a bot. */
export interface FakePerson {
  readonly id: string;
  username: string;
  globalName: string | null;
  avatar: string | null;
  email: string | null;
  readonly bot: boolean;
}

/** A role of a guild; the one whose id is the guild's is everyone's. */
export interface FakeRole {
  readonly id: string;
  name: string;
  permissions: bigint;
}

/** A person in a guild. */
export interface FakeMember {
  readonly personId: string;
  roleIds: string[];
  nick: string | null;
  readonly joinedAt: Date;
}

export interface FakeChannel {
  readonly id: string;
  name: string;
}

/** A guild with all that is in it. */
export interface FakeGuild {
  readonly id: string;
  name: string;
  icon: string | null;
  ownerId: string;
  /** Discord cannot serve the guild at the moment: an outage, not a removal. */
  unavailable: boolean;
  readonly roles: Map<string, FakeRole>;
  readonly members: Map<string, FakeMember>;
  readonly channels: Map<string, FakeChannel>;
}

/** What happened in the world, as the gateway tells it. */
export type WorldChange =
  | { readonly kind: 'guild-available'; readonly guild: FakeGuild }
  | { readonly kind: 'guild-updated'; readonly guild: FakeGuild }
  | { readonly kind: 'guild-gone'; readonly guild: FakeGuild }
  | {
      readonly kind: 'member-added' | 'member-updated';
      readonly guild: FakeGuild;
      readonly member: FakeMember;
    }
  | { readonly kind: 'member-removed'; readonly guild: FakeGuild; readonly personId: string }
  | { readonly kind: 'role-created' | 'role-updated'; readonly guild: FakeGuild; readonly role: FakeRole }
  | { readonly kind: 'role-removed'; readonly guild: FakeGuild; readonly roleId: string }
  | { readonly kind: 'channel-created'; readonly guild: FakeGuild; readonly channel: FakeChannel };
