import { randomUUID } from 'node:crypto';
import { tableNames, storedInstant } from './bookkeeping.js';
import { integer, text, textOrNull, type MigrationConnection } from './connection.js';

/** A migration in Prisma's history that was not rolled back. */
export interface HistoryEntry {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
  /** What the database said when it failed. */
  readonly failure: string | null;
}

/** One statement of a migration in the journal. `started`: it may or may not have taken effect. */
export interface JournalStep {
  readonly migration: string;
  readonly step: number;
  readonly hash: string;
  readonly state: 'pending' | 'started' | 'done' | 'failed';
  readonly fingerprint: string | null;
}

/** A script or a seed that ran to its end. */
interface RunEntry {
  readonly kind: string;
  readonly name: string;
  readonly checksum: string;
}

/** All that the database knows about its migrations; null where it has no history at all. */
export interface MigrationRecords {
  readonly history: readonly HistoryEntry[];
  /** Of unfinished migrations only. */
  readonly journal: readonly JournalStep[];
  readonly runs: readonly RunEntry[];
}

const STATES: readonly JournalStep['state'][] = ['pending', 'started', 'done', 'failed'];

/** Reads the history of a database; null where nothing of the runner's is there yet. */
export async function readRecords(connection: MigrationConnection): Promise<MigrationRecords | null> {
  const tables = await tableNames(connection);
  if (!tables.has('_prisma_migrations')) return null;
  const history = await connection.query(
    'SELECT migration_name, checksum, finished_at, logs FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name',
  );
  const journal = tables.has('_slimy_migration_steps')
    ? await connection.query(
        'SELECT * FROM _slimy_migration_steps WHERE migration_name IN (SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL) ORDER BY migration_name, step',
      )
    : [];
  const runs = tables.has('_slimy_migration_runs')
    ? await connection.query('SELECT kind, name, checksum FROM _slimy_migration_runs')
    : [];
  return {
    history: history.map((row) => ({
      name: text(row, 'migration_name'),
      checksum: text(row, 'checksum'),
      finished: row['finished_at'] !== null,
      failure: textOrNull(row, 'logs'),
    })),
    journal: journal.map((row) => ({
      migration: text(row, 'migration_name'),
      step: integer(row, 'step'),
      hash: text(row, 'statement_hash'),
      state: STATES.find((state) => state === row['state']) ?? 'started',
      fingerprint: textOrNull(row, 'fingerprint'),
    })),
    runs: runs.map((row) => ({
      kind: text(row, 'kind'),
      name: text(row, 'name'),
      checksum: text(row, 'checksum'),
    })),
  };
}

/** Writes what happens to migrations, scripts and seeds, as it happens. */
export class MigrationRecorder {
  readonly #connection: MigrationConnection;

  constructor(connection: MigrationConnection) {
    this.#connection = connection;
  }

  #now(): string {
    return storedInstant(this.#connection.engine, new Date());
  }

  async begin(name: string, checksum: string): Promise<void> {
    await this.#connection.execute(
      'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, applied_steps_count) VALUES (?, ?, ?, ?, 0)',
      [randomUUID(), checksum, name, this.#now()],
    );
  }

  /** Puts the statements from `from` on into the journal, in place of what stood there. */
  async plan(name: string, checksum: string, hashes: readonly string[], from: number): Promise<void> {
    await this.#connection.execute(
      'DELETE FROM _slimy_migration_steps WHERE migration_name = ? AND step > ?',
      [name, from],
    );
    for (const [index, hash] of hashes.entries()) {
      if (index < from) continue;
      await this.#connection.execute(
        "INSERT INTO _slimy_migration_steps (migration_name, step, statement_hash, state) VALUES (?, ?, ?, 'pending')",
        [name, index + 1, hash],
      );
    }
    await this.#connection.execute(
      'UPDATE _prisma_migrations SET checksum = ? WHERE migration_name = ? AND rolled_back_at IS NULL',
      [checksum, name],
    );
  }

  async stepStarted(name: string, step: number, fingerprint: string): Promise<void> {
    await this.#connection.execute(
      "UPDATE _slimy_migration_steps SET state = 'started', fingerprint = ?, started_at = ?, error = NULL WHERE migration_name = ? AND step = ?",
      [fingerprint, this.#now(), name, step],
    );
  }

  async stepDone(name: string, step: number): Promise<void> {
    await this.#connection.execute(
      "UPDATE _slimy_migration_steps SET state = 'done', finished_at = ?, error = NULL WHERE migration_name = ? AND step = ?",
      [this.#now(), name, step],
    );
  }

  async stepFailed(name: string, step: number, failure: string): Promise<void> {
    await this.#connection.execute(
      "UPDATE _slimy_migration_steps SET state = 'failed', error = ? WHERE migration_name = ? AND step = ?",
      [failure, name, step],
    );
    await this.#connection.execute(
      'UPDATE _prisma_migrations SET logs = ? WHERE migration_name = ? AND rolled_back_at IS NULL',
      [failure, name],
    );
  }

  async finish(name: string): Promise<void> {
    await this.#connection.execute(
      'UPDATE _prisma_migrations SET finished_at = ?, logs = NULL, applied_steps_count = 1 WHERE migration_name = ? AND rolled_back_at IS NULL',
      [this.#now(), name],
    );
  }

  /** Records a script or a seed that ran, in place of an earlier run. */
  async ran(kind: 'script' | 'seed', name: string, checksum: string): Promise<void> {
    await this.#connection.execute('DELETE FROM _slimy_migration_runs WHERE kind = ? AND name = ?', [
      kind,
      name,
    ]);
    await this.#connection.execute(
      'INSERT INTO _slimy_migration_runs (kind, name, checksum, finished_at) VALUES (?, ?, ?, ?)',
      [kind, name, checksum, this.#now()],
    );
  }
}
