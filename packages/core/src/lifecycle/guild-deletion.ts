import { repositories, type Database } from '@slimy/db';
import { z } from 'zod';
import type { Caller } from '../caller.js';
import { MINUTE, type Clock } from '../clock.js';
import { jobKind, type JobKind } from '../jobs/job.js';
import type { WritePath } from '../write/write-path.js';
import type { ArchiveErasure } from './archive-erasure.js';
import { inNoRestore } from './archive-lease.js';
import { erasedFileOf, noteErased } from './erased-file.js';
import type { ErasedList } from './erased-list.js';
import { eraseGuildRows } from './guild-rows.js';
import { requireNamedGuild } from './named-guild.js';

const DELETION_JOB = 'guild.delete';
const ATTEMPTS = 50;
interface GuildDeletionParts {
  readonly database: Database;
  readonly writes: WritePath;
  readonly archives: ArchiveErasure;
  readonly erased: ErasedList;
  readonly clock: Clock;
  readonly dataDir: string;
  /** How long whoever asks is kept waiting for the archives, in milliseconds; then the job does the rest. */
  readonly patienceMs: number;
}

const program: Caller = {
  actor: { kind: 'system', task: DELETION_JOB },
  request: { requestId: DELETION_JOB, ipAddress: null, userAgent: null },
};

/**
 * Deletes guilds for good: their rows, then what archives hold of them, in small steps that a job goes on with when
 * the process is killed. Unlike an erasure it leaves the audit trail as it is, in the database and in archives, and the
 * record of the deletion with it.
 */
export class GuildDeletion {
  readonly #parts: GuildDeletionParts;

  constructor(parts: GuildDeletionParts) {
    this.#parts = parts;
  }

  /**
   * The guild is gone once this resolves; archives have had their time.
   * @throws AppError `confirmation_mismatch` when the name is not the guild's, `not_found`
   */
  async delete(caller: Caller, guildId: string, confirmName: string): Promise<void> {
    const createdAt = await this.#begin(caller, guildId, confirmName);
    await eraseGuildRows(this.#parts.writes, program, { guildId, createdAt });
    // The guild is gone: whatever holds the rest up, the job meets it again and says so.
    await this.#finish(guildId, createdAt, AbortSignal.timeout(this.#parts.patienceMs)).catch(() => false);
  }

  /** Gives when the guild was connected: the same one, connected again, is another. */
  #begin(caller: Caller, guildId: string, confirmName: string): Promise<Date> {
    return this.#parts.writes.change(caller, [], async (change) => {
      const row = await requireNamedGuild(change, guildId, confirmName);
      const { name, ownerDiscordId, memberCount, createdAt } = row;
      await change.repositories.guild(guildId).uploads.expireAll(change.now);
      const payload = { guildId, createdAt: createdAt.toISOString() };
      const runAt = new Date(change.now.getTime() + MINUTE);
      const job = { kind: DELETION_JOB, payload, runAt, maxAttempts: ATTEMPTS };
      await change.repositories.jobs.enqueue(job, change.now);
      change.audit({
        action: 'guild.delete',
        resourceType: 'guild',
        resourceId: guildId,
        guildId,
        before: { name, ownerDiscordId, memberCount },
      });
      return createdAt;
    });
  }

  /** Takes the guild out of archives, those of its successor left alone; false when something has to be waited for. */
  async #finish(guildId: string, createdAt: Date, signal: AbortSignal): Promise<boolean> {
    const { archives, clock, database, dataDir, erased } = this.#parts;
    // A backup that is older must not bring it back.
    await noteErased(erasedFileOf(dataDir), {
      guildHash: erased.guildHash(guildId, createdAt),
      erasedAt: clock.now().toISOString(),
    });
    const eraseFromArchives = async () => {
      const again = await repositories(database).guild(guildId).row();
      return archives.erase({ guildId, madeBefore: again?.createdAt, trailStays: true }, signal);
    };
    return inNoRestore(database, eraseFromArchives, signal);
  }

  /** The job that does what the call could not wait for, or a killed process has left. */
  job(): JobKind {
    return jobKind({
      kind: DELETION_JOB,
      payload: z.strictObject({ guildId: z.string(), createdAt: z.string() }),
      maxAttempts: ATTEMPTS,
      run: async ({ guildId, createdAt }, signal) => {
        const guild = { guildId, createdAt: new Date(createdAt) };
        await eraseGuildRows(this.#parts.writes, program, guild);
        if (await this.#finish(guildId, guild.createdAt, signal)) return;
        throw new Error('An archive with rows of the deleted guild cannot be written anew now.');
      },
    });
  }
}
