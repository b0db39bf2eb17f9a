import type { Cache } from '@slimy/cache';
import {
  isMentioned,
  personalTable,
  randomId,
  repositories,
  sweepMentions,
  sweptTables,
  type Database,
} from '@slimy/db';
import { z } from 'zod';
import { SECOND, type Clock } from '../clock.js';
import { jobKind, type JobKind } from '../jobs/job.js';

/** How often, and how many milliseconds each time, facts about the person are waited for to be published. */
const MOST_WAITS = 20;
const WAIT_MS = 100;

/** How long whoever has ended an erasure may take for the file before the job does it. */
const INLINE_MS = 5 * SECOND;

const FILE_JOB = 'database.remains';
/** A reader of an older state of the file, such as a backup, ends some time. */
const ATTEMPTS = 50;

interface PersonRemainsParts {
  readonly database: Database;
  readonly cache: Cache;
  readonly clock: Clock;
}

/**
 * Takes away what an erased person leaves where no row of theirs leads: rows that mention them, entries of the cache,
 * pages of the embedded file that were written before.
 */
export class PersonRemains {
  readonly #parts: PersonRemainsParts;

  constructor(parts: PersonRemainsParts) {
    this.#parts = parts;
  }

  /**
   * Takes it away; the job that stands for this work goes last. False when something has to be waited for: that job is
   * there then, and does it.
   */
  async sweep(texts: readonly string[]): Promise<boolean> {
    const { database, cache } = this.#parts;
    for (const table of sweptTables.filter(({ table }) => table !== 'jobs')) {
      for (let attempt = 0; ; attempt += 1) {
        await database.transaction(({ sql }) => sweepMentions(sql, table, texts));
        if (!(await isMentioned(database.sql, table, texts))) break;
        if (attempt >= MOST_WAITS) return false;
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      }
    }
    // After the rows: what is read from now on says nothing of them.
    if (!(await cache.purge(texts))) return false;
    await this.#endJobs(texts);
    return true;
  }

  async #endJobs(texts: readonly string[]): Promise<void> {
    const { database, clock } = this.#parts;
    const now = clock.now();
    const runAt = new Date(now.getTime() + INLINE_MS);
    // The job cannot know what is looked for: nothing may hold that any more.
    const mark = randomId();
    await database.transaction(async (transaction) => {
      await sweepMentions(transaction.sql, personalTable('jobs'), texts);
      if (transaction.engine === 'mysql') return;
      const { jobs } = repositories(transaction);
      await jobs.enqueue({ kind: FILE_JOB, payload: { mark }, runAt, maxAttempts: ATTEMPTS }, now);
    });
    if (!(await database.dropRemains(texts))) return;
    await database.transaction(({ sql }) => sweepMentions(sql, personalTable('jobs'), [mark]));
  }

  /** The job that makes old pages go once nobody reads them any more. */
  job(): JobKind {
    return jobKind({
      kind: FILE_JOB,
      payload: z.strictObject({ mark: z.string().optional() }),
      maxAttempts: ATTEMPTS,
      run: async () => {
        if (!(await this.#parts.database.dropRemains())) throw new Error('The database file is being read.');
      },
    });
  }
}
