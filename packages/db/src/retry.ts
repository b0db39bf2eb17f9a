import { DatabaseError, type DatabaseErrorKind } from './errors.js';

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/** How often a piece of work may run at all, by the kind of error that ended the last run. */
export type AttemptLimits = Readonly<Partial<Record<DatabaseErrorKind, number>>>;

/** Deadlocks and locks go away by themselves; five runs have been enough under twenty writers on one row. */
export const contentionAttempts: AttemptLimits = { deadlock: 8, busy: 3 };

/** Two writers that both found no row: the second run of the loser finds it. */
export const raceAttempts: AttemptLimits = { ...contentionAttempts, unique_violation: 4 };

/** Runs the work again after an error that allows it, with growing pauses of random length. */
export async function retrying<Result>(limits: AttemptLimits, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const limit = error instanceof DatabaseError ? (limits[error.kind] ?? 1) : 1;
      if (attempt >= limit) throw error;
    }
    const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * ceiling));
  }
}
