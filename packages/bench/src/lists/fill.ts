import { repositories, type Database } from '@slimy/db';
import { crowd, guildRow, membershipRow } from '@slimy/testing';

/** One guild that holds every row, and somebody in it who may read them. */
export interface FilledGuild {
  readonly guildId: string;
  readonly userId: string;
  readonly discordId: string;
}

const GUILD = '700000000000000000';
const AUTHORS = 1_000;
const CHUNK = 100_000;

/** The id of the n-th event, and when it happened. */
export const eventId = (n: number) => `e${String(n).padStart(17, '0')}`;
export const eventInstant = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1_000);

async function fillInChunks({ sql }: Database, rows: number, insert: string): Promise<void> {
  const numbers = `(SELECT a.d + b.d * 10 + c.d * 100 + e.d * 1000 + f.d * 10000 AS n
    FROM digits a, digits b, digits c, digits e, digits f) numbers`;
  for (let first = 0; first < rows; first += CHUNK) {
    await sql.execute(
      insert.replaceAll('{n}', `(n + ${first})`) + ` FROM ${numbers} WHERE n + ${first} < ${rows}`,
    );
  }
}

/** Stores so many messages and as many events in one guild; messages have the places 1 to `rows`. */
export async function fillGuild(database: Database, rows: number): Promise<FilledGuild> {
  const { sql } = database;
  const now = new Date();
  const people = await database.transaction(async (transaction) => {
    const repos = repositories(transaction);
    const counted = { memberCount: 1, messageCount: rows };
    await repos.guilds.insert(
      guildRow({ id: GUILD, name: 'Many rows', ownerDiscordId: '100000000000000000', ...counted }, now),
    );
    const users = await repos.users.insert(crowd(AUTHORS, 100_000_000_000_000_000n), now);
    const reader = membershipRow(users[0]?.id ?? '', { discordRoles: ['admin'], joinedAt: now });
    await repos.guild(GUILD).members.save([reader], now);
    return users;
  });
  await sql.execute('CREATE TABLE digits (d INTEGER NOT NULL PRIMARY KEY)');
  await sql.execute('INSERT INTO digits (d) VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)');
  await sql.execute('CREATE TABLE authors (place INTEGER NOT NULL PRIMARY KEY, id VARCHAR(32) NOT NULL)');
  await sql.execute(
    `INSERT INTO authors (place, id) VALUES ${people.map(() => '(?, ?)').join(', ')}`,
    people.flatMap(({ id }, n) => [n, id]),
  );
  const author = `(SELECT id FROM authors WHERE place = {n} % ${AUTHORS})`;
  const instant = "DATE_ADD('2026-01-01 00:00:00.000', INTERVAL {n} SECOND)";
  await fillInChunks(
    database,
    rows,
    `INSERT INTO chat_messages (id, user_id, guild_id, sequence, role, text, admin_only, client_id, created_at)
     SELECT CONCAT('c', LPAD({n}, 17, '0')), ${author}, '${GUILD}', {n} + 1, 'user',
     CONCAT('What somebody said to the others in the room, number ', {n}), 0, CONCAT('c', {n}), ${instant}`,
  );
  await fillInChunks(
    database,
    rows,
    `INSERT INTO stats (id, user_id, guild_id, type, value, source, event_id, timestamp)
     SELECT CONCAT('e', LPAD({n}, 17, '0')), ${author}, '${GUILD}', 'chat.message', '1', 'bot',
     CONCAT('e', {n}), ${instant}`,
  );
  for (const table of ['chat_messages', 'stats']) await sql.execute(`ANALYZE TABLE ${table}`);
  const [reader] = people;
  if (!reader) throw new Error('Nobody was stored.');
  return { guildId: GUILD, userId: reader.id, discordId: reader.discordId };
}
