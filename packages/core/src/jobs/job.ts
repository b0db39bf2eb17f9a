import type { z } from 'zod';

/** A kind of work that one process does at a time, kept in the database until it is done. */
export interface JobKind<Payload extends z.ZodType = z.ZodType> {
  readonly kind: string;
  /** What the work is about; a stored payload that no longer fits makes the job dead at once. */
  readonly payload: Payload;
  /** How often it is tried before it is dead. */
  readonly maxAttempts: number;
  /**
   * Does the work. May be run again after a crash, so it must be able to find what it did before. The signal
   * is aborted when the process stops or has lost the job to another; the work should then end soon.
   */
  run(payload: z.output<Payload>, signal: AbortSignal): Promise<void>;
}

/** Work that comes round by itself: once per interval, whatever the number of processes. */
export interface Schedule {
  readonly kind: string;
  readonly everyMs: number;
}

/** Checks a job kind's types where it is declared. */
export function jobKind<Payload extends z.ZodType>(kind: JobKind<Payload>): JobKind<Payload> {
  return kind;
}
