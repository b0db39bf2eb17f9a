import { repositories, type Database } from '@slimy/db';

/** Who the events are about: guilds, and people by their Discord id and the id this database gave them. */
export interface Community {
  readonly guildIds: readonly string[];
  readonly people: readonly { readonly discordId: string; readonly userId: string }[];
}

const GUILDS = 10;
const PEOPLE = 2_000;

/** Stores the guilds and people that the events name. */
export async function storeCommunity(database: Database): Promise<Community> {
  const now = new Date();
  const guildIds = Array.from({ length: GUILDS }, (_, n) => `7000000000000000${String(n).padStart(2, '0')}`);
  return database.transaction(async (transaction) => {
    const { guilds, users } = repositories(transaction);
    for (const id of guildIds) {
      await guilds.insert({
        id,
        name: `Guild ${id}`,
        icon: null,
        ownerId: null,
        ownerDiscordId: '100000000000000000',
        botPresent: true,
        botLeftAt: null,
        memberCount: 0,
        messageCount: 0,
        createdAt: now,
        updatedAt: now,
      });
    }
    const people = Array.from({ length: PEOPLE }, (_, n) => ({
      discordId: String(100_000_000_000_000_000n + BigInt(n)),
      username: `person${n}`,
      globalName: null,
      avatar: null,
    }));
    const rows = await users.insert(people, now);
    return { guildIds, people: rows.map(({ id, discordId }) => ({ userId: id, discordId })) };
  });
}
