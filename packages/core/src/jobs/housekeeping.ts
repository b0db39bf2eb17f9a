import { mergeAllStatDeltas, repositories, type Database } from '@slimy/db';
import { z } from 'zod';
import type { AuditSealing } from '../audit/sealing.js';
import { DAY, HOUR, MINUTE, type Clock } from '../clock.js';
import type { UnusedTokens } from '../identity/discord/unused-tokens.js';
import { jobKind, type JobKind, type Schedule } from './job.js';

/** Rows taken in one statement: small enough to stay clear of long locks. */
const BATCH = 500;
/** Sessions go once they have ended; an hour later, so that the clocks of several machines need not agree. */
const ENDED_SESSION_HOURS = 1;
/** How long published facts are kept for readers that come back. */
const OUTBOX_HOURS = 1;
const DONE_JOB_DAYS = 7;

/** Takes batch after batch until one comes back short, or the process stops. */
async function inBatches(take: (limit: number) => Promise<number>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) if ((await take(BATCH)) < BATCH) return;
}

/** What the program cleans up by itself, and how often. */
export function housekeeping(
  database: Database,
  clock: Clock,
  {
    sealing,
    sweep,
    unusedTokens,
  }: { readonly sealing: AuditSealing; readonly sweep: JobKind; readonly unusedTokens: UnusedTokens },
): { kinds: JobKind[]; schedules: Schedule[] } {
  const { sessions, outbox, jobs } = repositories(database);
  const ago = (ms: number) => new Date(clock.now().getTime() - ms);
  const batches = (kind: string, work: (limit: number) => Promise<number>) =>
    jobKind({
      kind,
      payload: z.strictObject({}),
      maxAttempts: 5,
      run: (_payload, signal) => inBatches(work, signal),
    });
  return {
    kinds: [
      sweep,
      jobKind({
        kind: 'audit.seal',
        payload: z.strictObject({}),
        maxAttempts: 5,
        run: (_payload, signal) => sealing.sealDue(signal),
      }),
      jobKind({
        kind: 'sessions.purge',
        payload: z.strictObject({}),
        maxAttempts: 5,
        async run(_payload, signal) {
          const endedBefore = ago(ENDED_SESSION_HOURS * HOUR);
          await inBatches((limit) => sessions.purge(endedBefore, limit), signal);
          await unusedTokens.forget(endedBefore, signal);
        },
      }),
      batches('outbox.purge', (limit) => outbox.purge(ago(OUTBOX_HOURS * HOUR), limit)),
      batches('jobs.purge', (limit) => jobs.purge(ago(DONE_JOB_DAYS * DAY), limit)),
      jobKind({
        kind: 'usage.merge',
        payload: z.strictObject({}),
        maxAttempts: 5,
        run: (_payload, signal) => mergeAllStatDeltas(database, signal),
      }),
    ],
    schedules: [
      { kind: sweep.kind, everyMs: HOUR },
      { kind: 'audit.seal', everyMs: MINUTE },
      { kind: 'sessions.purge', everyMs: HOUR },
      { kind: 'outbox.purge', everyMs: 10 * MINUTE },
      { kind: 'jobs.purge', everyMs: HOUR },
      { kind: 'usage.merge', everyMs: MINUTE },
    ],
  };
}
