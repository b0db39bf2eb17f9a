import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { cursorFormat } from '../lists/cursor.js';
import { after } from '../lists/keyset.js';
import { pageOf, type Page, type PageRequest } from './pages.js';

const liveSessions = cursorFormat('sessions', 'instant', 'text');

/** A session without its token's hash. */
export interface SessionRow {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly idleExpiresAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/** A session with the hash it is found by. */
export interface NewSession extends SessionRow {
  readonly tokenHash: string;
}

/** Where people are signed in. */
export class Sessions {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  async byTokenHash(tokenHash: string): Promise<SessionRow | null> {
    return tablesOf(this.#scope).session.findUnique({ where: { tokenHash } });
  }

  async byId(id: string): Promise<SessionRow | null> {
    return tablesOf(this.#scope).session.findUnique({ where: { id } });
  }

  async insert(session: NewSession): Promise<void> {
    await tablesOf(this.#scope).session.create({ data: session });
  }

  /** The person's live sessions, newest first. */
  async live(userId: string, now: Date, { limit, cursor }: PageRequest): Promise<Page<SessionRow>> {
    const place = cursor === undefined ? null : liveSessions.decode(cursor);
    const rows = await tablesOf(this.#scope).session.findMany({
      where: {
        userId,
        revokedAt: null,
        idleExpiresAt: { gt: now },
        expiresAt: { gt: now },
        ...(place && after('desc', ['createdAt', place[0]], ['id', place[1]])),
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
    });
    return pageOf(rows, limit, ({ createdAt, id }) => liveSessions.encode([createdAt, id]));
  }

  /** The hash of one of the person's sessions; null when it is not theirs or already revoked. */
  async tokenHashOf(userId: string, id: string): Promise<string | null> {
    const row = await tablesOf(this.#scope).session.findFirst({
      where: { id, userId, revokedAt: null },
      select: { tokenHash: true },
    });
    return row?.tokenHash ?? null;
  }

  /** Ids and hashes of the person's sessions that are not revoked, except one. */
  async othersOf(userId: string, keptId: string | null): Promise<{ id: string; tokenHash: string }[]> {
    return tablesOf(this.#scope).session.findMany({
      where: { userId, revokedAt: null, ...(keptId !== null && { id: { not: keptId } }) },
      select: { id: true, tokenHash: true },
    });
  }

  /** Ends sessions of the person; gives how many were still open. */
  async revoke(userId: string, ids: readonly string[], now: Date): Promise<number> {
    const { count } = await tablesOf(this.#scope).session.updateMany({
      where: { userId, id: { in: [...ids] }, revokedAt: null },
      data: { revokedAt: now },
    });
    return count;
  }

  /** Notes use and moves the idle end on, unless somebody noted it since `notedBefore`. */
  async touch(id: string, seen: { now: Date; idleExpiresAt: Date; notedBefore: Date }): Promise<void> {
    await tablesOf(this.#scope).session.updateMany({
      where: { id, revokedAt: null, lastSeenAt: { lt: seen.notedBefore } },
      data: { lastSeenAt: seen.now, idleExpiresAt: seen.idleExpiresAt },
    });
  }

  /** Deletes at most `limit` sessions that ended before the instant; gives how many. */
  async purge(endedBefore: Date, limit: number): Promise<number> {
    const { session } = tablesOf(this.#scope);
    const ended = await session.findMany({
      where: { idleExpiresAt: { lt: endedBefore } },
      orderBy: { idleExpiresAt: 'asc' },
      select: { id: true },
      take: limit,
    });
    const { count } = await session.deleteMany({ where: { id: { in: ended.map(({ id }) => id) } } });
    return count;
  }
}
