import type { Cache, PendingInvalidation, Touch } from '@slimy/cache';
import type { GuildChange } from '@slimy/contract';
import {
  appendAudit,
  appendOutbox,
  repositories,
  type Database,
  type Repositories,
  type SqlExecutor,
  type Transaction,
} from '@slimy/db';
import type { Caller } from '../caller.js';
import type { Clock } from '../clock.js';
import { guildRoom, outboxTopics } from '../outbox/topics.js';
import { auditEntries, type AuditedAct } from './audit-facts.js';
import { changeError, inServiceWords } from './failures.js';
import { covers, joinedTouch } from './touches.js';

/** What is told to those who watch a guild. */
interface Announcement {
  readonly guildId: string;
  readonly what: GuildChange['what'];
}

/** A change while it is made: what it works on, and where it says what it did. */
export interface Change {
  readonly transaction: Transaction;
  readonly repositories: Repositories;
  /** The instant of the change. */
  readonly now: Date;
  /** Names what the change really touched. */
  touch(...touched: readonly Touch[]): void;
  /** Records an act in the audit trail, in the same transaction. */
  audit(act: AuditedAct): void;
  /** Tells those who watch the guild, after the commit. */
  announce(guildId: string, what: GuildChange['what']): void;
  /** Wakes those who read a room whose places are given out elsewhere than in the outbox, after the commit. */
  wake(room: string): void;
  /** The acting person, where the call itself does not say: somebody who is just signing in. */
  actedBy(userId: string): void;
}

class OpenChange implements Change {
  readonly transaction: Transaction;
  readonly repositories: Repositories;
  readonly now: Date;
  readonly touched: Touch[] = [];
  readonly acts: AuditedAct[] = [];
  readonly announcements: Announcement[] = [];
  readonly woken: string[] = [];
  personId: string | undefined;

  constructor(transaction: Transaction, now: Date) {
    this.transaction = transaction;
    this.repositories = repositories(transaction);
    this.now = now;
  }

  touch(...touched: readonly Touch[]): void {
    this.touched.push(...touched);
  }

  audit(act: AuditedAct): void {
    this.acts.push(act);
  }

  announce(guildId: string, what: GuildChange['what']): void {
    const known = this.announcements.some((one) => one.guildId === guildId && one.what === what);
    if (!known) this.announcements.push({ guildId, what });
  }

  wake(room: string): void {
    this.woken.push(room);
  }

  actedBy(userId: string): void {
    this.personId = userId;
  }
}

/** Thrown inside a transaction that touched more than the cache was warned of: it is made again with the wider touch. */
class TouchedMore extends Error {
  readonly touched: Required<Touch>;

  constructor(touched: Required<Touch>) {
    super('the change touched more than was said');
    this.touched = touched;
  }
}

/** What is published once a change is committed. */
export interface CommittedFacts {
  /** Ids of the outbox rows that are published with this. */
  readonly ids: readonly string[];
  readonly rooms: readonly string[];
}

interface WritePathParts {
  readonly database: Database;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly auditKey: string;
  /** Whether an invalidation is carried out as soon as this process has: there is no Redis to be told. */
  readonly alone: boolean;
  /** Publishes what a committed change left in the outbox. Must not throw. */
  readonly published: (facts: CommittedFacts) => void;
}

/** How often a change is made again because it touched more than was said. */
const MOST_WIDENINGS = 3;

/**
 * The one way data changes. Marks the cache's intent, makes the change in one transaction together with its
 * audit records, its live events and the invalidations it calls for, invalidates after the commit, publishes.
 * A process killed at any point leaves nothing stale: whatever stands unpublished in the outbox is carried out
 * by any other.
 */
export class WritePath {
  readonly #parts: WritePathParts;
  #changes = 0;

  constructor(parts: WritePathParts) {
    this.#parts = parts;
  }

  /**
   * Makes a change. `touch` is what it may touch; a change that turns out to touch more is rolled back and made
   * again. The work may run several times and must have no effect outside of its transaction.
   * @throws AppError what the work throws, or `database_unavailable`
   */
  async change<Result>(
    caller: Caller,
    touch: readonly Touch[],
    work: (change: Change) => Promise<Result>,
  ): Promise<Result> {
    let announced = joinedTouch(touch);
    for (let widenings = 0; ; widenings += 1) {
      try {
        return await this.#once(caller, announced, work);
      } catch (error) {
        if (!(error instanceof TouchedMore) || widenings >= MOST_WIDENINGS) throw error;
        announced = joinedTouch([announced, error.touched]);
      }
    }
  }

  /**
   * Adds rows that nothing cached hangs on and that are a record by themselves, in one transaction of direct SQL.
   * The work may run several times.
   * @throws AppError what the work throws, or `database_unavailable`
   */
  async append<Result>(work: (sql: SqlExecutor) => Promise<Result>): Promise<Result> {
    return inServiceWords(() => this.#parts.database.sql.tx(work));
  }

  /** Counts the beginnings and ends of changes: what was read at another count may be older than a change. */
  get changes(): number {
    return this.#changes;
  }

  async #once<Result>(
    caller: Caller,
    touch: Required<Touch>,
    work: (change: Change) => Promise<Result>,
  ): Promise<Result> {
    const { cache, database, published } = this.#parts;
    let committed: CommittedFacts = { ids: [], rooms: [] };
    this.#changes += 1;
    const { value } = await cache
      .write(touch, (pending) =>
        database.transaction(async (transaction) => {
          const change = new OpenChange(transaction, this.#parts.clock.now());
          const result = await work(change);
          const touched = joinedTouch(change.touched);
          if (!covers(touch, touched)) throw new TouchedMore(touched);
          committed = await this.#record(caller, change, change.touched.length > 0 ? pending : null);
          return result;
        }),
      )
      .catch((error: unknown) => {
        throw changeError(error);
      })
      .finally(() => {
        this.#changes += 1;
      });
    if (committed.ids.length > 0 || committed.rooms.length > 0) published(committed);
    return value;
  }

  /** Writes what goes along with a change into its transaction. */
  async #record(
    caller: Caller,
    change: OpenChange,
    pending: PendingInvalidation | null,
  ): Promise<CommittedFacts> {
    const { sql } = change.transaction;
    const { acts, announcements, woken, now, personId } = change;
    if (acts.length > 0) {
      const facts = { at: now, success: true, personId };
      for (const entry of await auditEntries(change.repositories, caller, acts, facts)) {
        await appendAudit(sql, this.#parts.auditKey, entry);
      }
    }
    const ids: string[] = [];
    for (const { guildId, what } of announcements) {
      const room = guildRoom(guildId);
      const payload = { what };
      const fact = { at: now, topic: outboxTopics.guildChange, payload, guildId, room };
      ids.push((await appendOutbox(sql, fact)).id);
    }
    if (pending) {
      await change.repositories.outbox.insertInvalidation(pending, now);
      // With Redis the cache settles it, once Redis has confirmed.
      if (this.#parts.alone) ids.push(pending.id);
    }
    const rooms = [...announcements.map(({ guildId }) => guildRoom(guildId)), ...woken];
    return { ids, rooms: [...new Set(rooms)] };
  }
}
