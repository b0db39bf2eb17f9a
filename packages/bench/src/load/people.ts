import { openDatabase, repositories } from '@slimy/db';
import { crowd, membershipRow, sessionRow } from '@slimy/testing';

/** Somebody who is signed in and a member of the guild. */
export interface SignedIn {
  readonly cookie: string;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Stores so many people as members of a guild of the database at the URL, each with a session of their own. */
export async function signInPeople(url: string, guildId: string, count: number): Promise<SignedIn[]> {
  const database = await openDatabase({ url, poolSize: 2, logger: silent });
  const now = new Date();
  const people: SignedIn[] = [];
  await database.transaction(async (transaction) => {
    const repos = repositories(transaction);
    const users = await repos.users.insert(crowd(count, 800_000_000_000_000_000n), now);
    const { members } = repos.guild(guildId);
    await members.save(
      users.map(({ id }) => membershipRow(id, { joinedAt: now })),
      now,
    );
    await members.addToCount(users.length);
    for (const { id: userId } of users) {
      const { token, row } = sessionRow(userId, now);
      await repos.sessions.insert(row);
      people.push({ cookie: `slimy_session=${token}` });
    }
  });
  await database.close();
  return people;
}
