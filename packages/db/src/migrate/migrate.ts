import type { DatabaseLogger } from '../options.js';
import { applyMigration, StepFailure, type ApplyContext, type MigrationProgress } from './apply-migration.js';
import { applyScript } from './apply-script.js';
import { createBookkeeping } from './bookkeeping.js';
import { connect, engineOf, type MigrationDatabase } from './connect.js';
import type { MigrationConnection } from './connection.js';
import { MigrationError } from './migration-error.js';
import { checksumOf, readMigrationFiles, type MigrationFiles } from './migration-folder.js';
import { defaultLockTimes, takeMigrationLock, type LockTimes } from './migration-lock.js';
import { MigrationRecorder, readRecords, type MigrationRecords } from './migration-records.js';
import { compareRecords, refuseForeign, refuseNewer, type MigrationStatus } from './migration-status.js';
import { prismaFolder } from './prisma-folder.js';
import { triggerDrift } from './trigger-drift.js';

/** Where the runner reports to; pino's loggers fit. */
export interface MigrationLogger extends DatabaseLogger {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Rows a new database begins with. */
export interface Seed {
  /** Recorded under this name; a seed of another name is another seed. */
  readonly name: string;
  /**
   * Writes them. Runs until it once ended without an error: one that is killed half-way runs again, so it
   * must be one transaction, or able to find what it wrote before.
   */
  readonly run: () => Promise<void>;
}

export interface MigrateOptions {
  readonly database: MigrationDatabase;
  /** The folder that holds `migrations/<engine>` and `sql/<engine>`; the program's own without it. */
  readonly folder?: string;
  readonly logger: MigrationLogger;
  readonly seed?: Seed | undefined;
  readonly lock?: LockTimes;
  /** Runs every script again, also those that have not changed, for instance after an account gained a right. */
  readonly rerunScripts?: boolean;
  /** Runs every script again where triggers are not as they make them. */
  readonly mendTriggers?: boolean;
  readonly onProgress?: (progress: MigrationProgress) => Promise<void> | void;
  /** Stops before the next statement; what is under way is finished first. */
  readonly signal?: AbortSignal;
}

/** What this call did; every list is empty when another process had done it before. */
export interface MigrateResult {
  readonly applied: readonly string[];
  readonly scripts: readonly string[];
  readonly seeded: boolean;
  /** Applied migrations whose files have changed since; they are not run again. */
  readonly edited: readonly string[];
}

function seedIsDue(seed: Seed | undefined, records: MigrationRecords | null): seed is Seed {
  return seed !== undefined && !records?.runs.some(({ kind, name }) => kind === 'seed' && name === seed.name);
}

function warnOfEdited(status: MigrationStatus, logger: MigrationLogger): void {
  if (status.edited.length === 0) return;
  logger.warn(
    { migrations: status.edited },
    `The files of applied migrations have changed since they ran: ${status.edited.join(', ')}. ` +
      'They are not run again, so the database may differ from the files. Restore prisma/ from the release and run npm run db:check.',
  );
}

function failure(
  file: string,
  done: readonly string[],
  pending: readonly string[],
  error: StepFailure,
): MigrationError {
  const later = pending.slice(pending.indexOf(file) + 1);
  return new MigrationError(
    'FAILED',
    [
      `Migration ${file} failed at statement ${error.step} of ${error.steps}: ${error.message}`,
      `  ${error.sql.replace(/\s+/g, ' ').slice(0, 160)}`,
      `Applied: ${done.join(', ') || 'no migration'}${error.step > 1 ? `; of ${file} the statements 1 to ${error.step - 1}` : ''}.`,
      `Not applied: of ${file} the statements ${error.step} to ${error.steps}${later.length > 0 ? `; ${later.join(', ')}` : ''}.`,
      `Next: remove the cause and run npm run db:migrate; it goes on at statement ${error.step}. (That statement may be corrected in the file, those before it may not.)`,
    ].join('\n'),
    { cause: error },
  );
}

async function applyPending(
  context: ApplyContext,
  files: MigrationFiles,
  status: MigrationStatus,
  records: MigrationRecords | null,
  logger: MigrationLogger,
): Promise<readonly string[]> {
  const applied: string[] = [];
  for (const file of files.migrations) {
    if (!status.pending.includes(file.name)) continue;
    const entry = records?.history.find(({ name }) => name === file.name);
    const journal = records?.journal.filter(({ migration }) => migration === file.name) ?? [];
    logger.info({ migration: file.name }, `${entry ? 'Going on with' : 'Applying'} migration ${file.name}`);
    try {
      await applyMigration(context, file, entry, journal);
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error;
      throw failure(file.name, [...status.applied, ...applied], status.pending, error);
    }
    applied.push(file.name);
  }
  return applied;
}

/** All of the work, under the lock: what is left to do is read again, because another process may have done it. */
async function migrateLocked(
  context: ApplyContext,
  files: MigrationFiles,
  options: MigrateOptions,
): Promise<MigrateResult> {
  const { connection, lock, recorder } = context;
  const { logger, seed } = options;
  const records = await readRecords(connection);
  await refuseForeign(connection, records);
  const status = compareRecords(files, records);
  refuseNewer(status);
  warnOfEdited(status, logger);
  await createBookkeeping(connection);
  const applied = await applyPending(context, files, status, records, logger);
  const scripts = files.scripts.filter(
    ({ name }) => options.rerunScripts === true || status.scriptsPending.includes(name),
  );
  for (const script of scripts) {
    logger.info({ script: script.name }, `Running script ${script.name}`);
    await applyScript(context, script, (message) => logger.warn({ script: script.name }, message));
  }
  const seeds = seedIsDue(seed, records);
  if (seeds) {
    logger.info({ seed: seed.name }, `Seeding: ${seed.name}`);
    await lock.check(connection);
    await seed.run();
    await lock.check(connection);
    await recorder.ran('seed', seed.name, checksumOf(seed.name));
  }
  return { applied, scripts: scripts.map(({ name }) => name), seeded: seeds, edited: status.edited };
}

async function scriptsRunAgain(
  connection: MigrationConnection,
  files: MigrationFiles,
  { rerunScripts = false, mendTriggers = false }: MigrateOptions,
): Promise<boolean> {
  return rerunScripts || (mendTriggers && (await triggerDrift(connection, files)).length > 0);
}

/**
 * Brings a database to this program's schema: creates it where it is missing, applies pending migrations
 * statement by statement, runs new and changed scripts, and seeds. Of many processes that start at once one
 * works and the others wait; a process that was killed is followed by one that goes on where it stopped.
 *
 * @throws MigrationError with what is applied, what is not and what to do next; see `MigrationErrorCode`.
 * @throws DatabaseError `unavailable` when the database cannot be reached or created.
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  const { database, logger, seed } = options;
  const files = readMigrationFiles(options.folder ?? prismaFolder, engineOf(database));
  const connection = await connect(database, true);
  try {
    const records = await readRecords(connection);
    await refuseForeign(connection, records);
    const status = compareRecords(files, records);
    refuseNewer(status);
    const rerunScripts = await scriptsRunAgain(connection, files, options);
    if (status.ready && !seedIsDue(seed, records) && !rerunScripts) {
      warnOfEdited(status, logger);
      return { applied: [], scripts: [], seeded: false, edited: status.edited };
    }
    const lock = await takeMigrationLock({
      database,
      connection,
      times: options.lock ?? defaultLockTimes,
      onWait: (holder) =>
        logger.info({ holder }, `Waiting for another process to migrate the database: ${holder}`),
      signal: options.signal,
    });
    try {
      const recorder = new MigrationRecorder(connection);
      const onProgress = options.onProgress ?? (() => undefined);
      const context = { connection, lock, recorder, onProgress, signal: options.signal };
      return await migrateLocked(context, files, { ...options, rerunScripts });
    } finally {
      await lock.release(connection);
    }
  } finally {
    await connection.close();
  }
}
