import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { DatabaseError } from '../errors.js';
import { timeOrderedId } from '../ids.js';
import { cursorFormat } from '../lists/cursor.js';
import { after } from '../lists/keyset.js';
import { pageOf, type Page, type PageRequest } from './pages.js';

/** Work to be done by one process. */
export interface NewJob {
  readonly kind: string;
  readonly payload: Readonly<Record<string, string | number | boolean | null>>;
  readonly guildId?: string | null;
  /** When it may run. */
  readonly runAt: Date;
  readonly maxAttempts: number;
  /** One run of one schedule; a second job with the same key is not stored. */
  readonly scheduleKey?: string | null;
}

/** A job that this process has taken. */
export interface TakenJob {
  readonly id: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly guildId: string | null;
  /** How often it was started, this time included; starts that a stopping process broke off do not count. */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** Its last attempt ended without a word of its worker: it is to be given up, not run. */
  readonly exhausted: boolean;
}

export const jobStates = ['queued', 'running', 'done', 'dead'] as const;
export type JobState = (typeof jobStates)[number];

/** A job as an operator's list shows it. */
export interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly guildId: string | null;
  readonly state: JobState;
  readonly runAt: Date;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly lastError: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

const jobList = cursorFormat('jobs', 'instant', 'text');
const listed = {
  id: true,
  kind: true,
  guildId: true,
  runAt: true,
  attempts: true,
  maxAttempts: true,
  lastError: true,
  createdAt: true,
  finishedAt: true,
} as const;

/** Who works on a job, and until when it is theirs unless they say more. */
export interface JobLease {
  readonly owner: string;
  readonly now: Date;
  readonly until: Date;
}

/** The queue of work, in the database. */
export class Jobs {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  get #table() {
    return tablesOf(this.#scope).job;
  }

  /** Stores a job; false when its schedule's run is already there. */
  async enqueue(job: NewJob, now: Date): Promise<boolean> {
    const { guildId = null, scheduleKey = null, ...rest } = job;
    const data = { ...rest, id: timeOrderedId(now), guildId, scheduleKey, state: 'queued', createdAt: now };
    try {
      await this.#table.create({ data, select: { id: true } });
      return true;
    } catch (error) {
      if (error instanceof DatabaseError && error.kind === 'unique_violation' && scheduleKey !== null)
        return false;
      throw error;
    }
  }

  /**
   * Takes the job that is due longest, or one whose worker has gone silent; null when there is nothing to do. One
   * that went silent in the last of its attempts may have ended its process each time: it is `exhausted`. Only of these kinds: during an update the older program leaves alone what it does not know.
   */
  async take(lease: JobLease, kinds: readonly string[]): Promise<TakenJob | null> {
    const kind = { in: [...kinds] };
    const due = { state: 'queued', runAt: { lte: lease.now }, kind };
    const abandoned = { state: 'running', leaseUntil: { lt: lease.now }, kind };
    const candidates = [
      ...(await this.#table.findMany({ where: due, orderBy: [{ runAt: 'asc' }, { id: 'asc' }], take: 5 })),
      ...(await this.#table.findMany({ where: abandoned, orderBy: { leaseUntil: 'asc' }, take: 5 })),
    ];
    for (const { id, kind: taken, payload, guildId, state, attempts, maxAttempts } of candidates) {
      const exhausted = state === 'running' && attempts >= maxAttempts;
      const started = exhausted ? attempts : attempts + 1;
      const { count } = await this.#table.updateMany({
        where: { id, attempts, ...(state === 'running' ? abandoned : due) },
        data: { state: 'running', attempts: started, leaseOwner: lease.owner, leaseUntil: lease.until },
      });
      if (count === 1)
        return { id, kind: taken, payload, guildId, attempts: started, maxAttempts, exhausted };
    }
    return null;
  }

  /** Keeps a job; false when it is no longer the owner's. */
  async extend(id: string, lease: JobLease): Promise<boolean> {
    const { count } = await this.#table.updateMany({
      where: { id, state: 'running', leaseOwner: lease.owner },
      data: { leaseUntil: lease.until },
    });
    return count === 1;
  }

  /**
   * Ends a job of the owner's: done, to be tried again at an instant, or dead. `attempts` is how many then count;
   * without it all that were begun.
   */
  async finish(
    id: string,
    owner: string,
    end: {
      readonly error: string | null;
      readonly retryAt: Date | null;
      readonly now: Date;
      readonly attempts?: number;
    },
  ): Promise<void> {
    const counted = end.attempts === undefined ? {} : { attempts: end.attempts };
    const ended = { ...counted, leaseOwner: null, leaseUntil: null, lastError: end.error };
    await this.#table.updateMany({
      where: { id, state: 'running', leaseOwner: owner },
      data:
        end.retryAt === null
          ? { ...ended, state: end.error === null ? 'done' : 'dead', finishedAt: end.now }
          : { ...ended, state: 'queued', runAt: end.retryAt },
    });
  }

  /** The jobs in a state, the one that was due last first. */
  async page(state: JobState, { limit, cursor }: PageRequest): Promise<Page<JobRow>> {
    const place = cursor === undefined ? null : jobList.decode(cursor);
    const rows = await this.#table.findMany({
      where: { state, ...(place && after('desc', ['runAt', place[0]], ['id', place[1]])) },
      orderBy: [{ runAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
      select: listed,
    });
    return pageOf(
      rows.map((row) => ({ ...row, state })),
      limit,
      ({ runAt, id }) => jobList.encode([runAt, id]),
    );
  }

  /** Gives a dead job all its attempts again; null when there is no dead job of that id, else its kind. */
  async revive(id: string, now: Date): Promise<string | null> {
    const { count } = await this.#table.updateMany({
      where: { id, state: 'dead' },
      data: { state: 'queued', runAt: now, attempts: 0, finishedAt: null },
    });
    if (count === 0) return null;
    const row = await this.#table.findUnique({ where: { id }, select: { kind: true } });
    return row?.kind ?? null;
  }

  /** How many jobs are in each state. */
  async counts(): Promise<{ waiting: number; running: number; dead: number }> {
    const rows = await this.#table.groupBy({
      by: ['state'],
      where: { state: { in: ['queued', 'running', 'dead'] } },
      _count: true,
    });
    const of = (state: string) => rows.find((row) => row.state === state)?._count ?? 0;
    return { waiting: of('queued'), running: of('running'), dead: of('dead') };
  }

  /** Deletes at most `limit` jobs that were done before the instant; the dead stay until somebody looks. */
  async purge(doneBefore: Date, limit: number): Promise<number> {
    const old = await this.#table.findMany({
      where: { state: 'done', finishedAt: { lt: doneBefore } },
      orderBy: [{ finishedAt: 'asc' }, { id: 'asc' }],
      take: limit,
      select: { id: true },
    });
    const { count } = await this.#table.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } });
    return count;
  }
}
