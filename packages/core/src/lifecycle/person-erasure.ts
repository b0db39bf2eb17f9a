import {
  clearMentions,
  eraseRowsOf,
  personalTable,
  randomId,
  repositories,
  tablesThatGo,
  type Database,
  type NewJob,
  type UserRow,
} from '@slimy/db';
import { z } from 'zod';
import { tablePages } from '../backup/table-pages.js';
import type { Caller } from '../caller.js';
import { MINUTE, type Clock } from '../clock.js';
import { AppError } from '../errors.js';
import { jobKind, type JobKind } from '../jobs/job.js';
import { touches } from '../write/touches.js';
import type { Change, WritePath } from '../write/write-path.js';
import type { ArchiveErasure } from './archive-erasure.js';
import { erasedFileOf, noteErased, readErased, takeOver } from './erased-file.js';
import { inNoRestore } from './archive-lease.js';
import type { ErasedIds, ErasedList } from './erased-list.js';
import type { MentionErasure, MentionErasureRun } from './mention-erasure.js';
import type { PersonRemains } from './person-remains.js';

/** Rows in one transaction. */
const BATCH = 500;
const ERASURE_JOB = 'user.erase';
/** An erasure is not given up. */
const ATTEMPTS = 50;

interface PersonErasureParts {
  readonly database: Database;
  readonly writes: WritePath;
  readonly erased: ErasedList;
  readonly clock: Clock;
  readonly archives: ArchiveErasure;
  readonly mentions: MentionErasure;
  readonly remains: PersonRemains;
  /** Deletes the files of expired uploads, with their rows; false when the storage cannot be reached. */
  readonly sweepUploads: () => Promise<boolean>;
  /** Ends the person's tokens at Discord; does not throw. */
  readonly signedOut: (userId: string) => Promise<void>;
  readonly dataDir: string;
  /** How long whoever asks is kept waiting, in milliseconds; then the job does the rest. */
  readonly patienceMs: number;
  /** Wakes streams of ended sessions and personal tokens. */
  readonly wake: (id: string) => void;
}

/** The tables whose rows of a person go, but for the one that holds the person. */
const tablesOfOthers = tablesThatGo.slice(0, -1);

/** How a person says that they mean it. */
function erasurePhrase({ username }: Pick<UserRow, 'username'>): string {
  return `erase ${username}`;
}

/** The job that goes on with an erasure whose process has ended. */
function jobFor({ userId, discordId }: ErasedIds, now: Date): NewJob {
  const runAt = new Date(now.getTime() + MINUTE);
  return { kind: ERASURE_JOB, payload: { userId, discordId }, runAt, maxAttempts: ATTEMPTS };
}

const noSuchPerson = () => new AppError('not_found', 'There is no such person.');
const program: Caller = {
  actor: { kind: 'system', task: ERASURE_JOB },
  request: { requestId: ERASURE_JOB, ipAddress: null, userAgent: null },
};

/**
 * Erases people: what is theirs goes, what they were part of stays without them. First, in one transaction, the
 * person is signed out, listed as erased and the work is noted as a job; then it is done in small transactions, so
 * that a process killed at any point leaves it to the job.
 */
export class PersonErasure {
  readonly #parts: PersonErasureParts;

  constructor(parts: PersonErasureParts) {
    this.#parts = parts;
  }

  /**
   * Gives whether nothing is left to be done; else, also when it is stopped by the signal, the job does it. Without a
   * `run` of the caller's own it goes on for as long as people are kept waiting.
   * @throws AppError `confirmation_mismatch` with the phrase that is asked for, `not_found`
   */
  async erase(
    caller: Caller,
    userId: string,
    phrase: string,
    run: MentionErasureRun = { signal: AbortSignal.timeout(this.#parts.patienceMs) },
  ): Promise<boolean> {
    const { discordId, endedIds } = await this.#begin(caller, userId, phrase);
    for (const id of endedIds) this.#parts.wake(id);
    return this.finish({ userId, discordId }, run);
  }

  /** Does, or goes on with, what `erase` has begun; false when something has to be waited for. */
  async finish(ids: ErasedIds, run: MentionErasureRun = {}): Promise<boolean> {
    const { database, dataDir, erased, clock, signedOut, sweepUploads } = this.#parts;
    // Only now: the erasure is committed, and a restored backup must not erase anybody else.
    await noteErased(erasedFileOf(dataDir), {
      discordIdHash: erased.discordIdHash(ids.discordId),
      userIdHash: erased.userIdHash(ids.userId),
      erasedAt: clock.now().toISOString(),
    });
    await signedOut(ids.userId);
    const filesAreGone = await sweepUploads();
    const rowsAreGone = await inNoRestore(database, () => this.#eraseRows(ids, run), run.signal);
    return filesAreGone && rowsAreGone;
  }

  async #eraseRows(ids: ErasedIds, run: MentionErasureRun): Promise<boolean> {
    const { archives, erased, mentions, remains, sweepUploads } = this.#parts;
    const { userId, discordId } = ids;
    let done = 0;
    for (const table of tablesOfOthers) {
      for (let rows = BATCH; rows === BATCH;) {
        rows = await this.#eraseBatch(table, userId);
        done += rows;
        run.progress?.({ step: table, done, total: null });
      }
    }
    // Before the archives: a row that moves into one meanwhile is taken out of it there.
    const mentionsAreGone = await mentions.erase(ids, run);
    const archivesAreDone =
      mentionsAreGone && (await archives.erase({ userId, ids: erased.mentionedIds(ids) }));
    const filesAreGone = (await this.#erasePerson(ids)) === 0 || (await sweepUploads());
    if (!archivesAreDone || !filesAreGone || !(await remains.sweep([userId, discordId]))) return false;
    await mentions.forget(ids);
    return true;
  }

  async #begin(
    caller: Caller,
    userId: string,
    phrase: string,
  ): Promise<{ readonly discordId: string; readonly endedIds: readonly string[] }> {
    const { writes, erased } = this.#parts;
    return writes.change(caller, [], async (change) => {
      const { repositories, now } = change;
      const user = await repositories.users.locked(userId);
      if (user === null) throw noSuchPerson();
      const expected = erasurePhrase(user);
      if (phrase !== expected) {
        throw new AppError('confirmation_mismatch', 'The confirmation does not match.', {
          remedy: `Type exactly: ${expected}`,
          fields: [{ path: ['confirm'], message: `must be exactly "${expected}"` }],
        });
      }
      await repositories.erasedPeople.insert({
        discordIdHash: erased.discordIdHash(user.discordId),
        userIdHash: erased.userIdHash(userId),
        erasedAt: now,
      });
      const sessions = await repositories.sessions.othersOf(userId, null);
      change.touch(...sessions.map(touches.session));
      const sessionIds = sessions.map(({ id }) => id);
      await repositories.sessions.revoke(userId, sessionIds, now);
      const { apiTokens, uploads } = repositories.person(userId);
      const tokens = await apiTokens.unrevoked();
      change.touch(...tokens.map(touches.apiToken));
      const tokenIds = tokens.map(({ id }) => id);
      await apiTokens.revoke(tokenIds, now);
      await uploads.expireAll(now);
      await repositories.jobs.enqueue(jobFor({ userId, discordId: user.discordId }, now), now);
      change.audit({ action: 'user.erase', resourceType: 'user', resourceId: userId });
      return { discordId: user.discordId, endedIds: [...sessionIds, ...tokenIds] };
    });
  }

  /** One batch of a table; gives how many rows went. */
  #eraseBatch(table: string, userId: string): Promise<number> {
    return this.#parts.writes.change(program, [], (change) => this.#eraseSome(change, table, userId));
  }

  async #eraseSome(change: Change, table: string, userId: string): Promise<number> {
    const declared = personalTable(table);
    const { rows, guildIds } = await eraseRowsOf(change.transaction.sql, declared, { userId }, BATCH);
    for (const guildId of guildIds) {
      change.touch(touches.wholeGuild(guildId));
      change.announce(guildId, 'members');
    }
    return rows;
  }

  /** The person's own row, and their names in rows that stay; gives how many uploads are still to be swept. */
  #erasePerson({ userId, discordId }: ErasedIds): Promise<number> {
    return this.#parts.writes.change(program, [], async (change) => {
      const user = await change.repositories.users.locked(userId);
      if (user === null) return 0;
      // What was stored since the tables were gone through: the row that is held now lets no more of it in.
      for (const table of tablesOfOthers) {
        while ((await this.#eraseSome(change, table, userId)) === BATCH);
      }
      const uploads = await change.repositories.person(userId).uploads.expireAll(change.now);
      const owned = await this.#touchEverything(change, user);
      await clearMentions(change.transaction.sql, { userId, discordId }, randomId());
      await eraseRowsOf(change.transaction.sql, personalTable('users'), { userId }, 1);
      for (const guildId of owned) change.announce(guildId, 'guild');
      return uploads;
    });
  }

  async #touchEverything(change: Change, user: UserRow): Promise<readonly string[]> {
    const owned = await change.repositories.guilds.idsOwnedBy(user.id);
    change.touch(
      touches.profile(user.id),
      touches.userSettings(user.id),
      touches.newPerson(user.discordId),
      ...owned.map(touches.wholeGuild),
      touches.everybody(),
    );
    return owned;
  }

  /**
   * Erases again whoever a file of erased people names: after a backup was restored that is older than their erasure.
   * Gives how many there were. The list of this data folder then names all of the file, for backups that are older still.
   * @throws AppError `not_found` where there is no such file
   */
  async eraseListed(file: string): Promise<number> {
    const { clock, database, dataDir, erased } = this.#parts;
    const listed = await readErased(file);
    await takeOver(erasedFileOf(dataDir), file);
    if (listed.size === 0) return 0;
    let count = 0;
    // Also those of whom the backup knows nothing yet: nobody's sync may bring them in until they sign in.
    for (const person of listed.values()) {
      const erasedAt = new Date(person.erasedAt);
      await repositories(database).erasedPeople.insert({ ...person, erasedAt });
    }
    for await (const rows of tablePages(database.sql, 'users')) {
      for (const { id, discord_id: discordId } of rows) {
        const person = typeof id === 'string' ? listed.get(erased.userIdHash(id)) : undefined;
        if (!person || typeof id !== 'string' || typeof discordId !== 'string') continue;
        await database.transaction(async (transaction) => {
          const now = clock.now();
          await repositories(transaction).person(id).uploads.expireAll(now);
          await repositories(transaction).jobs.enqueue(jobFor({ userId: id, discordId }, now), now);
        });
        await this.finish({ userId: id, discordId });
        count += 1;
      }
    }
    return count;
  }

  /** The job that finishes what a killed process has begun. */
  job(): JobKind {
    const payload = z.strictObject({ userId: z.string(), discordId: z.string() });
    return jobKind({
      kind: ERASURE_JOB,
      payload,
      maxAttempts: ATTEMPTS,
      run: async (ids, signal) => {
        if (!(await this.finish(ids, { signal })))
          throw new Error('Something about the person cannot be reached now.');
      },
    });
  }
}
