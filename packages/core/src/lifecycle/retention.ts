import type { RetentionPolicy } from '@slimy/contract';
import { column, repositories, type Database, type Repositories, type RetentionPolicyRow } from '@slimy/db';
import { z } from 'zod';
import { AUDIT_KIND, type AuditArchive } from '../audit/archive.js';
import { damagedRanges, type AuditRemoval } from '../audit/removal.js';
import type { Caller } from '../caller.js';
import { DAY, type Clock } from '../clock.js';
import { jobKind, type JobKind } from '../jobs/job.js';
import type { WritePath } from '../write/write-path.js';
import { inNoErasure } from './archive-lease.js';
import { holdingLease } from './lease.js';
import { olderThan, type Archiver } from './archiver.js';
import { clearOld } from './clear-old.js';
import type { GuildErasure } from './guild-erasure.js';
import type { RetentionRun } from './retention-run.js';
import {
  requireKind,
  requireTaken,
  retentionKind,
  retentionKinds,
  type RetentionKind,
} from './retention-kinds.js';

/** Rows counted exactly in a preview. */
const MOST_COUNTED = 100_000;
export const RETENTION_JOB = 'lifecycle.run';

interface RetentionParts {
  readonly database: Database;
  readonly writes: WritePath;
  readonly clock: Clock;
  readonly archiver: Archiver;
  readonly guildErasure: GuildErasure;
  readonly auditRemoval: AuditRemoval;
  readonly auditArchive: AuditArchive;
}

/** Which kinds, and under which policy if it is not to be the one that holds. */
export interface PreviewRequest {
  readonly kind?: string | undefined;
  readonly days?: number | undefined;
  readonly action?: RetentionPolicy['action'] | undefined;
}

interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told after each batch, with how many rows went so far. */
  readonly progress?: ((done: number) => void) | undefined;
}

/** What would go under a policy now. */
export interface RetentionPreview {
  readonly kind: string;
  readonly action: RetentionPolicy['action'];
  readonly before: Date | null;
  readonly rows: number;
  readonly rowsIsLowerBound: boolean;
  readonly oldest: Date | null;
}

/** The policy of a kind: the one that was saved, else the standard. */
export function policyOf(kind: RetentionKind, saved: RetentionPolicyRow | undefined): RetentionPolicy {
  const { standard, proposal, actions } = kind;
  return {
    kind: kind.kind,
    version: saved?.version ?? 0,
    enabled: saved?.enabled ?? standard.enabled,
    action: saved?.action ?? proposal.action,
    days: saved ? saved.days : standard.days,
    actions: [...actions],
    proposal,
    updatedAt: saved?.updatedAt ?? null,
    lastRunAt: saved?.lastRunAt ?? null,
  };
}

/** Carries the retention policies out. */
export class Retention {
  readonly #parts: RetentionParts;
  readonly #repositories: Repositories;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    this.#repositories = repositories(parts.database);
  }

  async policies(): Promise<RetentionPolicy[]> {
    const saved = await this.#repositories.retentionPolicies.all();
    return retentionKinds.map((kind) =>
      policyOf(
        kind,
        saved.find((one) => one.kind === kind.kind),
      ),
    );
  }

  /** The instant before which rows go; null where everything is kept. */
  #before({ enabled, days }: RetentionPolicy): Date | null {
    return enabled && days !== null ? new Date(this.#parts.clock.now().getTime() - days * DAY) : null;
  }

  /**
   * What would go now, of one kind or of each: under the policies that hold, or as if they were on with these.
   * @throws AppError `not_found` for an unknown kind, `invalid_input` for an action that its rows do not take
   */
  async preview({ kind: only, ...asked }: PreviewRequest): Promise<RetentionPreview[]> {
    const previews: RetentionPreview[] = [];
    const named = only === undefined ? null : requireKind(only);
    if (named && asked.action !== undefined) requireTaken(named, asked.action);
    for (const held of await this.policies()) {
      const kind = retentionKind(held.kind);
      if (!kind || (named && named !== kind)) continue;
      const { days, action = held.action } = asked;
      const policy = days === undefined ? held : { ...held, enabled: true, days, action };
      const before = this.#before(policy);
      const nothing = { rows: 0, rowsIsLowerBound: false, oldest: null };
      const found = before === null ? nothing : await this.#count(kind, before);
      previews.push({ kind: policy.kind, action: policy.action, before, ...found });
    }
    return previews;
  }

  async #count(kind: RetentionKind, before: Date) {
    if (kind.deletedAs === 'sealed-ranges') {
      const { records, oldest } = await this.#parts.auditRemoval.preview(before, MOST_COUNTED);
      return { rows: Math.min(records, MOST_COUNTED), rowsIsLowerBound: records > MOST_COUNTED, oldest };
    }
    const { sql } = this.#parts.database;
    const counted = await sql.one(
      `SELECT COUNT(*) AS count, MIN(instant) AS oldest FROM
       (SELECT ${kind.instant} AS instant FROM ${kind.table} WHERE ${olderThan(kind)} ORDER BY ${kind.instant} LIMIT ?) rows_that_go`,
      [before, MOST_COUNTED + 1],
      { count: column.int, oldest: column.nullable(column.instant) },
    );
    const count = counted?.count ?? 0;
    return {
      rows: Math.min(count, MOST_COUNTED),
      rowsIsLowerBound: count > MOST_COUNTED,
      oldest: counted?.oldest ?? null,
    };
  }

  /**
   * Carries one policy out; gives how many rows went. Goes on with what a killed run left, also of a policy that is
   * off by now. One run of a kind at a time, in all processes: whoever comes meanwhile waits.
   * @throws AppError when part of the rows had to be left alone, once all others went
   */
  run(name: string, options: RunOptions = {}): Promise<number> {
    const { database } = this.#parts;
    return holdingLease(database, `retention.${name}`, () => this.#run(name, options), options.signal);
  }

  async #run(name: string, { signal, progress }: RunOptions): Promise<number> {
    const kind = retentionKind(name);
    const policy = (await this.policies()).find((one) => one.kind === name);
    if (!kind || !policy) return 0;
    const { archiver, auditArchive, clock } = this.#parts;
    const inRanges = kind.deletedAs === 'sealed-ranges';
    await (inRanges ? auditArchive.resume() : archiver.resume(kind));
    const before = this.#before(policy);
    if (before === null) return 0;
    let done = 0;
    const took = (rows: number): void => progress?.((done += rows));
    const gone = await (inRanges
      ? this.#takeRanges(policy, before, { signal, took })
      : policy.action === 'archive'
        ? archiver.archive(kind, before, { signal, took })
        : this.#delete(kind, before, { signal, took }));
    await this.#repositories.retentionPolicies.noteRun(name, clock.now());
    return gone;
  }

  /**
   * Brings the rows of an archive back, of whichever kind; the trail has who asked for it before the first one is.
   * @throws AppError `not_found`, and what the archive's own restore throws
   */
  async restore(
    caller: Caller,
    archiveId: string,
  ): Promise<{ readonly restored: number; readonly leftOut: number }> {
    const { archiver, auditArchive, database } = this.#parts;
    return inNoErasure(database, async (lease) => {
      const archive = await this.#repositories.archives.byId(archiveId);
      return archive?.kind === AUDIT_KIND
        ? auditArchive.restore(archive, { caller, lease })
        : archiver.restore(archiveId, { caller, lease });
    });
  }

  #delete(kind: RetentionKind, before: Date, run: RetentionRun): Promise<number> {
    const { archiver, guildErasure } = this.#parts;
    switch (kind.deletedAs) {
      case 'guilds':
        return guildErasure.eraseLeft(before, run);
      case 'column':
        return clearOld(this.#parts, kind, before, run);
      default:
        return archiver.deleteOld(kind, before, run);
    }
  }

  async #takeRanges({ action }: RetentionPolicy, before: Date, run: RetentionRun): Promise<number> {
    const { auditArchive, auditRemoval } = this.#parts;
    const { records, damaged } = await (action === 'archive'
      ? auditArchive.archiveBefore(before, run)
      : auditRemoval.removeBefore(before, run));
    if (damaged.length > 0) throw damagedRanges(damaged);
    return records;
  }

  /** The job behind `lifecycle.run`; without a kind all of them, as its schedule enqueues it. */
  job(): JobKind {
    return jobKind({
      kind: RETENTION_JOB,
      payload: z.strictObject({ kind: z.string().optional() }),
      maxAttempts: 5,
      run: async ({ kind }, signal) => {
        const kinds = kind === undefined ? retentionKinds.map((one) => one.kind) : [kind];
        const failures: unknown[] = [];
        for (const one of kinds) {
          // One that fails holds none of the others up.
          if (!signal.aborted)
            await this.run(one, { signal }).catch((error: unknown) => failures.push(error));
        }
        if (failures.length > 0) throw failures[0];
      },
    });
  }
}
