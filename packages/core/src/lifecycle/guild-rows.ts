import { eraseRowsOf, personalTable } from '@slimy/db';
import type { Caller } from '../caller.js';
import { touches } from '../write/touches.js';
import type { Change, WritePath } from '../write/write-path.js';

/** Rows in one transaction: a guild of any size goes in short ones, and holds nobody else up. */
const BATCH = 500;

/** What there can be much of in a guild, memberships first: from then on nobody is in it. The rest goes with its row. */
const largeTables = [
  'user_guilds',
  'chat_messages',
  'stats',
  'stat_rollups',
  'stat_deltas',
  'club_metrics',
  'club_member_observations',
] as const;

/** A guild as it was connected at an instant: connected again it is another one. */
interface ConnectedGuild {
  readonly guildId: string;
  readonly createdAt: Date;
}

interface GuildRowsOptions {
  /** Tables whose rows would outlive the guild, and go too. */
  readonly also?: readonly string[];
}

/**
 * Takes the rows of a guild away, its own last; whoever was killed meanwhile goes on by calling it again. One that is
 * gone, or was connected again since, is left alone.
 */
export async function eraseGuildRows(
  writes: WritePath,
  program: Caller,
  { guildId, createdAt }: ConnectedGuild,
  { also = [] }: GuildRowsOptions = {},
): Promise<void> {
  const touched = touches.wholeGuild(guildId);
  const inGuild = <Result>(work: (change: Change) => Promise<Result>) =>
    writes.change(program, [touched], async (change) => {
      const row = await change.repositories.guild(guildId).locked();
      return row?.createdAt.getTime() === createdAt.getTime() ? work(change) : null;
    });
  for (const table of [...largeTables, ...also]) {
    for (let rows: number | null = BATCH; rows === BATCH;) {
      rows = await inGuild(async (change) => {
        const batch = await eraseRowsOf(change.transaction.sql, personalTable(table), { guildId }, BATCH);
        if (batch.rows > 0) change.touch(touched);
        return batch.rows;
      });
    }
  }
  await inGuild(async (change) => {
    await change.repositories.guild(guildId).delete();
    change.touch(touched);
    change.announce(guildId, 'guild');
  });
}
