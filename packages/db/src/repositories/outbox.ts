import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { idsIn } from './roles.js';

/** An invalidation that must reach the cache, as the cache hands it out. */
export interface StoredInvalidation {
  readonly id: string;
  readonly keys: readonly string[];
  readonly tags: readonly string[];
  readonly patterns: readonly string[];
}

/** A fact for those who watch a room. */
export interface RoomFact {
  readonly id: string;
  readonly roomSequence: bigint;
  readonly payload: unknown;
  readonly createdAt: Date;
}

/** A fact that nobody has published yet. */
export interface UnpublishedFact {
  readonly id: string;
  readonly room: string | null;
}

const INVALIDATION_TOPIC = 'cache.invalidate';

function field(payload: unknown, name: 'keys' | 'tags' | 'patterns'): string[] {
  return typeof payload === 'object' && payload !== null && name in payload
    ? idsIn(Object.entries(payload).find(([key]) => key === name)?.[1])
    : [];
}

/** The row an invalidation stands in: UUIDs without their dashes fit the column. */
function rowId(invalidationId: string): string {
  return invalidationId.replaceAll('-', '');
}

/** Facts for every process: what to invalidate, and what to tell those who watch. */
export class Outbox {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  get #table() {
    return tablesOf(this.#scope).outbox;
  }

  async insertInvalidation({ id, keys, tags, patterns }: StoredInvalidation, now: Date): Promise<void> {
    const payload = { keys: [...keys], tags: [...tags], patterns: [...patterns] };
    await this.#table.create({
      data: { id: rowId(id), topic: INVALIDATION_TOPIC, payload, createdAt: now },
      select: { id: true },
    });
  }

  /** Invalidations that were committed (before the instant) and not carried out yet, at most `limit`. */
  async unsettledInvalidations(limit: number, writtenBefore?: Date): Promise<StoredInvalidation[]> {
    const rows = await this.#table.findMany({
      where: {
        publishedAt: null,
        topic: INVALIDATION_TOPIC,
        ...(writtenBefore && { createdAt: { lt: writtenBefore } }),
      },
      orderBy: { id: 'asc' },
      take: limit,
      select: { id: true, payload: true },
    });
    return rows.map(({ id, payload }) => ({
      id,
      keys: field(payload, 'keys'),
      tags: field(payload, 'tags'),
      patterns: field(payload, 'patterns'),
    }));
  }

  /** Marks facts and invalidations as published; unknown ids are ignored. */
  async markPublished(ids: readonly string[], now: Date): Promise<void> {
    await this.#table.updateMany({
      where: { id: { in: ids.map(rowId) }, publishedAt: null },
      data: { publishedAt: now },
    });
  }

  /**
   * Takes facts that stand unpublished since before the instant, so that no other process publishes them
   * until `claim.until`. Invalidations are not among them.
   */
  async claimUnpublished(
    writtenBefore: Date,
    claim: { readonly owner: string; readonly now: Date; readonly until: Date },
    limit: number,
  ): Promise<UnpublishedFact[]> {
    const free = {
      publishedAt: null,
      OR: [{ claimedUntil: null }, { claimedUntil: { lt: claim.now } }],
    };
    const found = await this.#table.findMany({
      where: { ...free, topic: { not: INVALIDATION_TOPIC }, createdAt: { lt: writtenBefore } },
      orderBy: { id: 'asc' },
      take: limit,
      select: { id: true },
    });
    if (found.length === 0) return [];
    const ids = found.map(({ id }) => id);
    await this.#table.updateMany({
      where: { ...free, id: { in: ids } },
      data: { claimedBy: claim.owner, claimedUntil: claim.until },
    });
    return this.#table.findMany({
      where: { id: { in: ids }, claimedBy: claim.owner, publishedAt: null },
      orderBy: { id: 'asc' },
      select: { id: true, room: true },
    });
  }

  /** Facts of a room after a place, in their order. */
  async after(room: string, sequence: bigint, limit: number): Promise<RoomFact[]> {
    const rows = await this.#table.findMany({
      where: { room, roomSequence: { gt: sequence } },
      orderBy: { roomSequence: 'asc' },
      take: limit,
      select: { id: true, roomSequence: true, payload: true, createdAt: true },
    });
    return rows.flatMap(({ roomSequence, ...row }) =>
      roomSequence === null ? [] : [{ ...row, roomSequence }],
    );
  }

  /** The last place given out in each of these rooms; rooms in which nothing happened yet are not in the map. */
  async lastSequences(rooms: readonly string[]): Promise<Map<string, bigint>> {
    const rows = await tablesOf(this.#scope).room.findMany({ where: { name: { in: [...rooms] } } });
    return new Map(rows.map(({ name, sequence }) => [name, sequence]));
  }

  /** Deletes a room with its facts, published or not: a later room of that name begins anew. Inside a transaction. */
  async deleteRoom(room: string): Promise<void> {
    // The place first: whoever gives out places waits for its row.
    await tablesOf(this.#scope).room.deleteMany({ where: { name: room } });
    await this.#table.deleteMany({ where: { room } });
  }

  /** How much stands unpublished since before the instant, and since when. */
  async backlog(writtenBefore: Date): Promise<{ count: number; oldest: Date | null }> {
    const { _count, _min } = await this.#table.aggregate({
      where: { publishedAt: null, createdAt: { lt: writtenBefore } },
      _count: true,
      _min: { createdAt: true },
    });
    return { count: _count, oldest: _min.createdAt };
  }

  /** Deletes at most `limit` facts that were published before the instant; gives how many. */
  async purge(publishedBefore: Date, limit: number): Promise<number> {
    const old = await this.#table.findMany({
      where: { publishedAt: { lt: publishedBefore } },
      orderBy: [{ publishedAt: 'asc' }, { id: 'asc' }],
      take: limit,
      select: { id: true },
    });
    const { count } = await this.#table.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } });
    return count;
  }
}
