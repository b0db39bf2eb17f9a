import { inTransaction, type MigrationConnection } from './connection.js';
import { MigrationError, messageOf } from './migration-error.js';
import { checksumOf, statementsOf, type SqlFile } from './migration-folder.js';
import type { MigrationLock } from './migration-lock.js';
import type { HistoryEntry, JournalStep, MigrationRecorder } from './migration-records.js';
import { fingerprintOf } from './object-fingerprint.js';
import type { SqlStatement } from './sql-statements.js';
import { effectOf, type StatementEffect } from './statement-effect.js';

/** A moment in a migration, for progress displays. */
export interface MigrationProgress {
  readonly migration: string;
  /** The statement, counted from 1. */
  readonly step: number;
  readonly steps: number;
  /** `started`: noted in the journal, not run; `executed`: run, not yet noted; `done`: noted as run. */
  readonly phase: 'started' | 'executed' | 'done';
}

/** What applying needs beside the migration itself. */
export interface ApplyContext {
  readonly connection: MigrationConnection;
  readonly lock: MigrationLock;
  readonly recorder: MigrationRecorder;
  readonly onProgress: (progress: MigrationProgress) => Promise<void> | void;
  readonly signal?: AbortSignal | undefined;
}

interface Step extends SqlStatement {
  readonly number: number;
  readonly hash: string;
  readonly effect: StatementEffect;
}

function stepsOf(file: SqlFile, engine: MigrationConnection['engine']): readonly Step[] {
  return statementsOf(file, engine).map((statement, index) => {
    const effect = effectOf(engine, statement.sql);
    if (effect.kind === 'unsupported') {
      throw new MigrationError(
        'WRONG_FOLDER',
        `${file.path}, line ${statement.line}: after a crash nobody could tell whether this statement had run, so a migration must not have it: ${statement.sql.slice(0, 80)}`,
      );
    }
    return { ...statement, effect, number: index + 1, hash: checksumOf(statement.sql) };
  });
}

/** Decides of a statement that was under way when its process ended whether it took effect. */
async function decideStarted(
  { connection, recorder }: ApplyContext,
  journal: readonly JournalStep[],
  steps: readonly Step[],
): Promise<number> {
  const done = journal.filter(({ state }) => state === 'done').length;
  const doubtful = journal.find(({ state }) => state === 'started');
  const step = doubtful && steps[doubtful.step - 1];
  if (!doubtful || step?.effect.kind !== 'definition' || step.hash !== doubtful.hash) return done;
  const now = await fingerprintOf(connection, step.effect.objects);
  if (now === doubtful.fingerprint) return done;
  await recorder.stepDone(doubtful.migration, doubtful.step);
  return done + 1;
}

function refuseOtherStatements(file: SqlFile, steps: readonly Step[], ran: readonly JournalStep[]): void {
  const other = ran.find(({ step, hash }) => steps[step - 1]?.hash !== hash);
  if (!other) return;
  throw new MigrationError(
    'IN_DOUBT',
    `Migration ${file.name} is half done, and statement ${other.step} of ${file.path} is no longer the one that ran.\n` +
      `Statements 1 to ${ran.length} ran. Restore the file as it was up to there (later statements may be changed), then start again.`,
  );
}

/** Begins a migration, or finds where to go on with one; answers how many statements are done. */
async function prepare(
  context: ApplyContext,
  file: SqlFile,
  steps: readonly Step[],
  entry: HistoryEntry | undefined,
  journal: readonly JournalStep[],
): Promise<number> {
  const { connection, recorder } = context;
  const hashes = steps.map(({ hash }) => hash);
  if (!entry) {
    await inTransaction(connection, async () => {
      await recorder.begin(file.name, file.checksum);
      await recorder.plan(file.name, file.checksum, hashes, 0);
    });
    return 0;
  }
  if (journal.length === 0 && steps.length > 0) {
    throw new MigrationError(
      'IN_DOUBT',
      `Migration ${file.name} was begun by another tool and not finished, so nobody knows which of its statements ran.\n` +
        `Compare the database with ${file.path}, put it right, and run: prisma migrate resolve --applied ${file.name} (or --rolled-back).`,
    );
  }
  const done = await decideStarted(context, journal, steps);
  refuseOtherStatements(file, steps, journal.slice(0, done));
  await inTransaction(connection, () => recorder.plan(file.name, file.checksum, hashes, done));
  return done;
}

/** A definition on MySQL commits by itself: the journal says before that it may be under way, after that it is done. */
async function runDefinition(
  context: ApplyContext,
  step: Step,
  objects: Extract<StatementEffect, { kind: 'definition' }>['objects'],
  tell: (phase: MigrationProgress['phase']) => Promise<void>,
  name: string,
): Promise<void> {
  const { connection, lock, recorder } = context;
  await lock.check(connection);
  await recorder.stepStarted(name, step.number, await fingerprintOf(connection, objects));
  await tell('started');
  await connection.execute(step.sql);
  await tell('executed');
  await recorder.stepDone(name, step.number);
}

/** The statement and its note in the journal are one transaction: both happen or neither. */
async function runInTransaction(
  context: ApplyContext,
  step: Step,
  tell: (phase: MigrationProgress['phase']) => Promise<void>,
  name: string,
): Promise<void> {
  const { connection, lock, recorder } = context;
  await inTransaction(connection, async () => {
    await lock.check(connection);
    await tell('started');
    await connection.execute(step.sql);
    await tell('executed');
    await recorder.stepDone(name, step.number);
  });
}

async function runStep(context: ApplyContext, name: string, step: Step, steps: number): Promise<void> {
  const tell = async (phase: MigrationProgress['phase']): Promise<void> => {
    await context.onProgress({ migration: name, step: step.number, steps, phase });
  };
  if (step.effect.kind === 'definition') await runDefinition(context, step, step.effect.objects, tell, name);
  else if (step.effect.kind === 'session') {
    await tell('started');
    await context.connection.execute(step.sql);
    await tell('executed');
    await context.recorder.stepDone(name, step.number);
  } else await runInTransaction(context, step, tell, name);
  await tell('done');
}

/** A statement failed: where, why, and the database's own error as the cause. */
export class StepFailure extends Error {
  readonly step: number;
  readonly steps: number;
  readonly sql: string;

  constructor(step: Step, steps: number, cause: unknown) {
    super(messageOf(cause), { cause });
    this.name = 'StepFailure';
    this.step = step.number;
    this.steps = steps;
    this.sql = step.sql;
  }
}

/**
 * Applies one migration from its first unfinished statement on.
 * @throws StepFailure when a statement fails.
 * @throws MigrationError `IN_DOUBT`, `LOCK_LOST`, `STOPPED`, `WRONG_FOLDER`.
 */
export async function applyMigration(
  context: ApplyContext,
  file: SqlFile,
  entry: HistoryEntry | undefined,
  journal: readonly JournalStep[],
): Promise<void> {
  const { connection, recorder, signal } = context;
  const steps = stepsOf(file, connection.engine);
  const done = await prepare(context, file, steps, entry, journal);
  for (const step of steps) {
    if (step.number <= done) {
      // What only the session knows is gone with the session of the process before.
      if (step.effect.kind === 'session') await connection.execute(step.sql);
      continue;
    }
    if (signal?.aborted) {
      throw new MigrationError('STOPPED', `Stopped before statement ${step.number} of ${file.name}.`);
    }
    try {
      await runStep(context, file.name, step, steps.length);
    } catch (error) {
      if (error instanceof MigrationError) throw error;
      await context.lock.checkAfterFailure();
      // With the connection gone the note cannot be written; the journal then says that the step may have run.
      await recorder.stepFailed(file.name, step.number, messageOf(error)).catch(() => undefined);
      throw new StepFailure(step, steps.length, error);
    }
  }
  await recorder.finish(file.name);
}
