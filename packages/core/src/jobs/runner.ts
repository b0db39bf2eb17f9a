import { repositories, type Database, type Repositories, type TakenJob } from '@slimy/db';
import { SECOND, type Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import { backoffMs } from './backoff.js';
import type { JobKind, Schedule } from './job.js';

/** How long a job belongs to its worker without a sign of life. */
const LEASE_MS = 30 * SECOND;
const HEARTBEAT_MS = 10 * SECOND;
/** How often a process looks for work that nobody woke it for. */
const POLL_MS = SECOND;
/** How much of an error is kept with the job. */
const ERROR_MAX = 2000;

interface JobRunnerParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A name of this process that no other has. */
  readonly owner: string;
  readonly kinds: readonly JobKind[];
  readonly schedules: readonly Schedule[];
  /** Jobs at once in this process. */
  readonly concurrency?: number;
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, ERROR_MAX);
}

/** Takes jobs from the database and runs them: leases with heartbeat, retries with backoff, a dead list. */
export class JobRunner {
  readonly #parts: JobRunnerParts;
  readonly #jobs: Repositories['jobs'];
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** The last slot of each schedule that this process knows to be enqueued. */
  readonly #slots = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #databaseAway = false;

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
    this.#jobs = repositories(parts.database).jobs;
    this.#kinds = new Map(parts.kinds.map((kind) => [kind.kind, kind]));
  }

  /** Looks for work now and then every second, until `stop`. */
  start(): void {
    this.#timer = setInterval(() => this.wake(), POLL_MS);
    this.#timer.unref();
    this.wake();
  }

  /** Looks for work now: something was just enqueued. */
  wake(): void {
    if (this.#round || this.#stopping.signal.aborted) return;
    this.#round = this.#look()
      .then(() => this.#noteDatabase(true))
      .catch((error: unknown) => this.#noteDatabase(false, error))
      .finally(() => {
        this.#round = undefined;
      });
  }

  /** Runs everything that is due now, one after another, and resolves with how many jobs it saw to. */
  async runDue(): Promise<number> {
    await this.#enqueueSchedules();
    for (let ran = 0; ; ran += 1) {
      const job = await this.#take();
      if (!job) return ran;
      await this.#run(job);
    }
  }

  /** Takes no more work, tells what runs to end, and waits for it at most `graceMs`. Unfinished jobs are retried. */
  async stop(graceMs: number): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort(new Error('the process stops'));
    const grace = new Promise<void>((resolve) => {
      setTimeout(resolve, graceMs).unref();
    });
    await Promise.race([Promise.allSettled([...this.#running, this.#round]), grace]);
  }

  async #look(): Promise<void> {
    await this.#enqueueSchedules();
    while (this.#running.size < (this.#parts.concurrency ?? 2) && !this.#stopping.signal.aborted) {
      const job = await this.#take();
      if (!job) return;
      const run = this.#run(job).finally(() => {
        this.#running.delete(run);
        this.wake();
      });
      this.#running.add(run);
      // Taken while the process began to stop, it is given back: who waits for this round waits for that too.
      if (this.#stopping.signal.aborted) await run;
    }
  }

  #lease() {
    const now = this.#parts.clock.now();
    return { owner: this.#parts.owner, now, until: new Date(now.getTime() + LEASE_MS) };
  }

  async #take(): Promise<TakenJob | null> {
    return this.#jobs.take(this.#lease(), [...this.#kinds.keys()]);
  }

  async #enqueueSchedules(): Promise<void> {
    const now = this.#parts.clock.now();
    for (const { kind, everyMs } of this.#parts.schedules) {
      const slot = Math.floor(now.getTime() / everyMs) * everyMs;
      if (this.#slots.get(kind) === slot) continue;
      const scheduleKey = `${kind}@${new Date(slot).toISOString()}`;
      const maxAttempts = this.#kinds.get(kind)?.maxAttempts ?? 1;
      await this.#jobs.enqueue({ kind, payload: {}, runAt: now, maxAttempts, scheduleKey }, now);
      this.#slots.set(kind, slot);
    }
  }

  async #run(job: TakenJob): Promise<void> {
    const { clock, logger, owner } = this.#parts;
    const lost = new AbortController();
    const signal = AbortSignal.any([lost.signal, this.#stopping.signal]);
    const heartbeat = setInterval(() => {
      this.#jobs.extend(job.id, this.#lease()).then(
        (kept) => kept || lost.abort(new Error('another process has taken the job over')),
        (error: unknown) =>
          logger.warn({ job: job.id, reason: reasonOf(error) }, 'A sign of life of a job was not written'),
      );
    }, HEARTBEAT_MS);
    heartbeat.unref();
    try {
      const error = job.exhausted ? this.#exhausted(job) : await this.#attempt(job, signal);
      const again = error !== null && !error.final && (signal.aborted || job.attempts < job.maxAttempts);
      const now = clock.now();
      const retryAt = again ? new Date(now.getTime() + (signal.aborted ? 0 : backoffMs(job.attempts))) : null;
      // That this process stops is not the job's doing.
      const attempts = again && signal.aborted ? job.attempts - 1 : job.attempts;
      await this.#jobs.finish(job.id, owner, { error: error?.reason ?? null, retryAt, now, attempts });
    } catch (error) {
      // The job stays leased and is taken again once its lease has run out.
      logger.error(
        { job: job.id, kind: job.kind, reason: reasonOf(error) },
        'The end of a job was not written',
      );
    } finally {
      clearInterval(heartbeat);
    }
  }

  /** Why a job is given up whose worker ended each time before it could say how it went. */
  #exhausted(job: TakenJob): { reason: string; final: boolean } {
    const reason = `its worker ended without a word in attempt ${job.attempts} of ${job.maxAttempts}`;
    this.#parts.logger.error({ job: job.id, kind: job.kind, reason }, 'A job is given up');
    return { reason, final: true };
  }

  /** Null when it went well; otherwise why not, and whether trying again is pointless. */
  async #attempt(job: TakenJob, signal: AbortSignal): Promise<{ reason: string; final: boolean } | null> {
    const { logger } = this.#parts;
    // A job that listens for the end would never hear of one that came before.
    if (signal.aborted) return { reason: reasonOf(signal.reason), final: false };
    const kind = this.#kinds.get(job.kind);
    const payload = kind?.payload.safeParse(job.payload);
    if (!kind || !payload?.success) {
      const reason = 'the payload does not fit this version of the program';
      logger.error({ job: job.id, kind: job.kind }, `A job cannot run: ${reason}`);
      return { reason, final: true };
    }
    try {
      await kind.run(payload.data, signal);
      return null;
    } catch (error) {
      const reason = reasonOf(error);
      const last = job.attempts >= job.maxAttempts;
      logger.warn(
        { job: job.id, kind: job.kind, attempt: job.attempts, reason },
        last ? 'A job is given up' : 'A job failed and is tried again',
      );
      return { reason, final: false };
    }
  }

  /** One line when the database goes, one when it is back. */
  #noteDatabase(there: boolean, error?: unknown): void {
    if (there === !this.#databaseAway) return;
    this.#databaseAway = !there;
    if (there) this.#parts.logger.info({}, 'Jobs go on: the database answers again');
    else this.#parts.logger.warn({ reason: reasonOf(error) }, 'Jobs wait: the database does not answer');
  }
}
