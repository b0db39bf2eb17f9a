import type { Cache } from '@slimy/cache';
import {
  isMentioned,
  personalTable,
  repositories,
  sweepMentions,
  type Database,
  type GuildRow,
} from '@slimy/db';
import { z } from 'zod';
import { tablePages } from '../backup/table-pages.js';
import type { Caller } from '../caller.js';
import { MINUTE, type Clock } from '../clock.js';
import { guildRoom } from '../outbox/topics.js';
import { jobKind, type JobKind } from '../jobs/job.js';
import type { RetentionRun } from './retention-run.js';
import type { Change, WritePath } from '../write/write-path.js';
import type { ArchiveErasure } from './archive-erasure.js';
import { inNoRestore } from './archive-lease.js';
import { erasedFileOf, noteErased, readErasedGuilds } from './erased-file.js';
import type { ErasedList } from './erased-list.js';
import { eraseGuildRows } from './guild-rows.js';
import { requireNamedGuild } from './named-guild.js';

const ERASURE_JOB = 'guild.erase';
const ATTEMPTS = 50;

interface GuildErasureParts {
  readonly database: Database;
  readonly writes: WritePath;
  readonly cache: Cache;
  readonly archives: ArchiveErasure;
  readonly erased: ErasedList;
  readonly clock: Clock;
  readonly dataDir: string;
  /** How long whoever asks is kept waiting, in milliseconds; then the job does the rest. */
  readonly patienceMs: number;
}

const program: Caller = {
  actor: { kind: 'system', task: ERASURE_JOB },
  request: { requestId: ERASURE_JOB, ipAddress: null, userAgent: null },
};

/** Erases guilds with all that is kept about them; their people stay. Work and safety as of `PersonErasure`. */
export class GuildErasure {
  readonly #parts: GuildErasureParts;

  constructor(parts: GuildErasureParts) {
    this.#parts = parts;
  }

  /** @throws AppError `confirmation_mismatch` when the name is not the guild's, `not_found` */
  async erase(caller: Caller, guildId: string, confirmName: string): Promise<void> {
    const { createdAt } = await this.#begin(caller, guildId, confirmName);
    await this.finish(guildId, createdAt, AbortSignal.timeout(this.#parts.patienceMs));
  }

  /**
   * Does, or goes on with, what `erase` has begun; a guild that was connected again since then is left alone. False
   * when something has to be waited for.
   */
  async finish(guildId: string, createdAt: Date, signal?: AbortSignal): Promise<boolean> {
    const { clock, database, dataDir, erased } = this.#parts;
    // A backup that is older must not bring it back.
    await noteErased(erasedFileOf(dataDir), {
      guildHash: erased.guildHash(guildId, createdAt),
      erasedAt: clock.now().toISOString(),
    });
    return inNoRestore(database, () => this.#eraseRows(guildId, createdAt), signal);
  }

  async #eraseRows(guildId: string, createdAt: Date): Promise<boolean> {
    await eraseGuildRows(this.#parts.writes, program, { guildId, createdAt }, { also: ['audit_personal'] });
    // Somebody may have connected it again meanwhile: its rooms are in use then, and what was archived since is its own.
    const again = await this.#row(guildId);
    const archivesAreDone = await this.#parts.archives.erase({ guildId, madeBefore: again?.createdAt });
    if (again !== null) return archivesAreDone;
    await this.#parts.database.transaction((transaction) =>
      repositories(transaction).outbox.deleteRoom(guildRoom(guildId)),
    );
    const rooms = personalTable('rooms');
    for (const table of [rooms, personalTable('jobs')]) {
      await this.#parts.database.transaction(({ sql }) => sweepMentions(sql, table, [guildId]));
    }
    const inUse = await isMentioned(this.#parts.database.sql, rooms, [guildId]);
    if (inUse && (await this.#row(guildId)) === null) {
      throw new Error('Rooms of an erased guild are still in use.');
    }
    // Entries are not only outdated but gone, with the names under which they stood.
    return (await this.#parts.cache.purge([guildId])) && archivesAreDone;
  }

  /**
   * Erases guilds that the bot left before an instant and has not come back to; gives how many. One that it comes
   * back to once its erasure has begun is erased all the same.
   */
  async eraseLeft(before: Date, { signal, took }: RetentionRun = {}): Promise<number> {
    const { guilds } = repositories(this.#parts.database);
    for (let erased = 0; ; erased += 1) {
      const [guildId] = signal?.aborted ? [] : await guilds.leftBefore(before, 1);
      if (guildId === undefined) return erased;
      const row = await this.#beginLeft(guildId, before);
      if (row) await this.finish(guildId, row.createdAt, signal);
      took?.(1);
    }
  }

  /**
   * Erases again whatever guilds a file names, after a backup was restored that is older than their erasure; one that
   * was connected again later is another one. Gives how many there were.
   * @throws AppError `not_found` where there is no such file
   */
  async eraseListed(file: string): Promise<number> {
    const { database, erased, writes } = this.#parts;
    const listed = await readErasedGuilds(file);
    if (listed.size === 0) return 0;
    let count = 0;
    for await (const rows of tablePages(database.sql, 'guilds')) {
      for (const { id, created_at: created } of rows) {
        if (typeof id !== 'string' || typeof created !== 'string') continue;
        const createdAt = new Date(created);
        if (!listed.has(erased.guildHash(id, createdAt))) continue;
        await writes.change(program, [], async (change) => {
          const row = await change.repositories.guild(id).locked();
          if (row) await this.#note(change, row, {});
        });
        await this.finish(id, createdAt);
        count += 1;
      }
    }
    return count;
  }

  #row(guildId: string): Promise<GuildRow | null> {
    return repositories(this.#parts.database).guild(guildId).row();
  }

  #begin(caller: Caller, guildId: string, confirmName: string): Promise<GuildRow> {
    return this.#parts.writes.change(caller, [], async (change) => {
      const row = await requireNamedGuild(change, guildId, confirmName);
      await this.#note(change, row, {});
      return row;
    });
  }

  /** Null when the bot has come back since the guild was found. */
  #beginLeft(guildId: string, before: Date): Promise<GuildRow | null> {
    return this.#parts.writes.change(program, [], async (change) => {
      const row = await change.repositories.guild(guildId).locked();
      if (row === null || row.botPresent || row.botLeftAt === null || row.botLeftAt >= before) return null;
      await this.#note(change, row, { botLeftAt: row.botLeftAt.toISOString() });
      return row;
    });
  }

  /** What makes the beginning of an erasure: files go, the job stands for the rest, the trail has it. */
  async #note(change: Change, row: GuildRow, details: Readonly<Record<string, string>>): Promise<void> {
    const { repositories, now } = change;
    const { id: guildId, createdAt } = row;
    await repositories.guild(guildId).uploads.expireAll(now);
    const payload = { guildId, createdAt: createdAt.toISOString() };
    const runAt = new Date(now.getTime() + MINUTE);
    await repositories.jobs.enqueue({ kind: ERASURE_JOB, payload, runAt, maxAttempts: ATTEMPTS }, now);
    // Without the guild's name: this record outlives it.
    change.audit({
      action: 'guild.erase',
      resourceType: 'guild',
      resourceId: guildId,
      guildId: null,
      details,
    });
  }

  /** The job that finishes what a killed process has begun. */
  job(): JobKind {
    return jobKind({
      kind: ERASURE_JOB,
      payload: z.strictObject({ guildId: z.string(), createdAt: z.string() }),
      maxAttempts: ATTEMPTS,
      run: async ({ guildId, createdAt }, signal) => {
        if (await this.finish(guildId, new Date(createdAt), signal)) return;
        throw new Error('Something about the guild cannot be reached now.');
      },
    });
  }
}
