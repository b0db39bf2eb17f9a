import { repositories, type Database } from '@slimy/db';
import { crowd, guildRow } from '@slimy/testing';

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
      await guilds.insert(guildRow({ id, ownerDiscordId: '100000000000000000' }, now));
    }
    const rows = await users.insert(crowd(PEOPLE, 100_000_000_000_000_000n), now);
    return { guildIds, people: rows.map(({ id, discordId }) => ({ userId: id, discordId })) };
  });
}
