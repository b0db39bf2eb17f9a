import { createHash, randomBytes } from 'node:crypto';
import { openDatabase, randomId, repositories } from '@slimy/db';

/** Somebody who is signed in and a member of the guild. */
export interface SignedIn {
  readonly cookie: string;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const HOUR = 3_600_000;

/** Stores so many people as members of a guild of the database at the URL, each with a session of their own. */
export async function signInPeople(url: string, guildId: string, count: number): Promise<SignedIn[]> {
  const database = await openDatabase({ url, poolSize: 2, logger: silent });
  const now = new Date();
  const ends = new Date(now.getTime() + HOUR);
  const people: SignedIn[] = [];
  await database.transaction(async (transaction) => {
    const repos = repositories(transaction);
    const users = await repos.users.insert(
      Array.from({ length: count }, (_, n) => ({
        discordId: String(800_000_000_000_000_000n + BigInt(n)),
        username: `person${n}`,
        globalName: null,
        avatar: null,
      })),
      now,
    );
    const { members } = repos.guild(guildId);
    await members.save(
      users.map(({ id }) => ({
        userId: id,
        membershipId: null,
        roles: ['member'] as const,
        discordRoles: ['member'] as const,
        discordRoleIds: [],
        grantedRoles: [],
        source: 'sync' as const,
        joinedAt: now,
        leftAt: null,
      })),
      now,
    );
    await members.addToCount(users.length);
    for (const { id: userId } of users) {
      const token = randomBytes(32).toString('base64url');
      await repos.sessions.insert({
        id: randomId(),
        userId,
        tokenHash: createHash('sha256').update(token).digest('hex'),
        createdAt: now,
        lastSeenAt: now,
        idleExpiresAt: ends,
        expiresAt: ends,
        revokedAt: null,
        ipAddress: null,
        userAgent: null,
      });
      people.push({ cookie: `slimy_session=${token}` });
    }
  });
  await database.close();
  return people;
}
