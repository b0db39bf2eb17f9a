/** A guild as Discord describes it. */
export interface GuildFacts {
  readonly id: string;
  readonly name: string;
  readonly icon: string | null;
  readonly ownerDiscordId: string | null;
}

/** A guild's row, as the database keeps it beside Discord's facts. */
export interface GuildRowInput extends GuildFacts {
  readonly ownerId: string | null;
  readonly botPresent: boolean;
  readonly botLeftAt: Date | null;
  readonly memberCount: number;
  readonly messageCount: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A guild where the bot is, just connected: empty, and its owner not known here unless told otherwise. */
export function guildRow(
  facts: Partial<GuildRowInput> & Pick<GuildRowInput, 'id'>,
  now: Date,
): GuildRowInput {
  return {
    name: `Guild ${facts.id}`,
    icon: null,
    ownerDiscordId: null,
    ownerId: null,
    botPresent: true,
    botLeftAt: null,
    memberCount: 0,
    messageCount: 0,
    createdAt: now,
    updatedAt: now,
    ...facts,
  };
}
