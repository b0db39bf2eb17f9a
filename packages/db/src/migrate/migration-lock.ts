import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { createLockTable } from './bookkeeping.js';
import { connect, type MigrationDatabase } from './connect.js';
import { integer, textOrNull, type MigrationConnection } from './connection.js';
import { MigrationError, isBusy } from './migration-error.js';
import { ServerLock } from './server-lock.js';

/** How the lock behaves; all in milliseconds. */
export interface LockTimes {
  /** Between two heartbeats of the holder. */
  readonly heartbeatMs: number;
  /** A lock whose last heartbeat is older may be taken over. At least three heartbeats. */
  readonly expiryMs: number;
  /** How long to wait for another process's migration before giving up. */
  readonly waitMs: number;
}

/** Heartbeat each 2 s, expiry after 10 s, waiting for up to 15 minutes. */
export const defaultLockTimes: LockTimes = { heartbeatMs: 2000, expiryMs: 10_000, waitMs: 900_000 };

const POLL_MS = 100;
/** The database's own clock, so that the clocks of several hosts need not agree. */
const NOW = {
  mysql: 'CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)',
  sqlite: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
};

interface LockRow {
  readonly owner: string | null;
  readonly holder: string;
  /** The MySQL session the owner works on. */
  readonly session: string | null;
  readonly expired: boolean;
}

async function readLock(connection: MigrationConnection): Promise<LockRow> {
  const [row] = await connection.query(
    `SELECT owner, holder, session_id, expires_at - ${NOW[connection.engine]} AS remaining FROM _slimy_migration_lock WHERE id = 1`,
  );
  if (!row) return { owner: null, holder: '', session: null, expired: true };
  return {
    owner: textOrNull(row, 'owner'),
    holder: textOrNull(row, 'holder') ?? '',
    session: textOrNull(row, 'session_id'),
    expired: integer(row, 'remaining') <= 0,
  };
}

/** Takes the row when it is free or expired: of many that try at once, one gets it. */
async function compareAndSet(
  connection: MigrationConnection,
  owner: string,
  times: LockTimes,
): Promise<boolean> {
  const now = NOW[connection.engine];
  const session = connection.engine === 'mysql' ? 'CONNECTION_ID()' : 'NULL';
  try {
    const changed = await connection.execute(
      `UPDATE _slimy_migration_lock SET owner = ?, holder = ?, session_id = ${session}, heartbeat_at = ${now}, expires_at = ${now} + ? WHERE id = 1 AND (owner IS NULL OR expires_at <= ${now})`,
      [owner, `${hostname()}, process ${process.pid}`, times.expiryMs],
    );
    return changed === 1;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

/** The right to migrate, held by one process at a time. */
export class MigrationLock {
  readonly #owner: string;
  readonly #times: LockTimes;
  readonly #heart: MigrationConnection;
  readonly #serverLock: ServerLock;
  #timer: NodeJS.Timeout;
  #beating: Promise<void> = Promise.resolve();
  #lost = false;

  constructor(owner: string, times: LockTimes, heart: MigrationConnection, serverLock: ServerLock) {
    this.#owner = owner;
    this.#times = times;
    this.#heart = heart;
    this.#serverLock = serverLock;
    this.#timer = this.#schedule();
  }

  #schedule(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#beating = this.#beat();
    }, this.#times.heartbeatMs).unref();
  }

  async #beat(): Promise<void> {
    try {
      this.#lost ||= !(await this.#renew(this.#heart));
    } catch {
      // The file is busy with our own work, or the server is away: in both cases the next check of the lock,
      // which each statement begins with, tells whether it is still ours.
    }
    this.#timer = this.#schedule();
  }

  async #renew(connection: MigrationConnection): Promise<boolean> {
    const now = NOW[connection.engine];
    const changed = await connection.execute(
      `UPDATE _slimy_migration_lock SET heartbeat_at = ${now}, expires_at = ${now} + ? WHERE id = 1 AND owner = ?`,
      [this.#times.expiryMs, this.#owner],
    );
    return changed === 1;
  }

  /**
   * Makes sure, on the connection that is about to work, that the lock is still ours.
   * @throws MigrationError `LOCK_LOST` when another process took it over.
   */
  async check(connection: MigrationConnection): Promise<void> {
    if (!this.#lost && (await this.#renew(connection))) return;
    this.#refuseLost();
  }

  /**
   * After a statement failed, tells whether it did because the new owner of the lock ended its session.
   * @throws MigrationError `LOCK_LOST`.
   */
  async checkAfterFailure(): Promise<void> {
    await this.#beating;
    const held = await this.#renew(this.#heart).catch(() => true);
    if (this.#lost || !held) this.#refuseLost();
  }

  #refuseLost(): never {
    throw new MigrationError(
      'LOCK_LOST',
      'Another process took the migration lock over, because this one had not answered for too long. It goes on with the migration; start this process again.',
    );
  }

  /** Gives the lock back; a lock that was lost stays with its new owner. */
  async release(connection: MigrationConnection): Promise<void> {
    clearTimeout(this.#timer);
    await this.#beating;
    clearTimeout(this.#timer);
    try {
      await this.#heart.close();
      await connection.execute(
        'UPDATE _slimy_migration_lock SET owner = NULL, holder = NULL, expires_at = 0 WHERE id = 1 AND owner = ?',
        [this.#owner],
      );
      await this.#serverLock.release();
    } catch {
      // The database is away, which the work under the lock has reported; the lock expires by itself.
    }
  }
}

/** What waiting for the lock needs to know. */
export interface LockRequest {
  readonly database: MigrationDatabase;
  /** The connection that will run the statements. */
  readonly connection: MigrationConnection;
  readonly times: LockTimes;
  /** Told once, when somebody else holds the lock. */
  readonly onWait: (holder: string) => void;
  readonly signal?: AbortSignal | undefined;
}

async function waitForRow(request: LockRequest, owner: string, serverLock: ServerLock): Promise<void> {
  const { connection, times, signal } = request;
  const deadline = Date.now() + times.waitMs;
  let told = false;
  for (;;) {
    const row = await readLock(connection);
    if (row.owner === null || row.expired) {
      const taken = await serverLock.take(row.owner === null ? null : row.session);
      if (taken && (await compareAndSet(connection, owner, times))) return;
    }
    if (!told && row.owner !== null) request.onWait(row.holder);
    told ||= row.owner !== null;
    if (Date.now() > deadline) {
      throw new MigrationError(
        'LOCKED',
        `Another process (${row.holder || 'unknown'}) has been migrating this database for longer than ${times.waitMs} ms.\nNothing was changed by this one. Look at that process; when it is gone, its lock expires within ${times.expiryMs} ms and the next start goes on.`,
      );
    }
    if (signal?.aborted) throw new MigrationError('STOPPED', 'Stopped while waiting for the migration lock.');
    await pause(POLL_MS + Math.floor(Math.random() * POLL_MS));
  }
}

/**
 * Waits for the lock and takes it.
 * @throws MigrationError `LOCKED` after `waitMs`, `STOPPED` when the signal fires.
 */
export async function takeMigrationLock(request: LockRequest): Promise<MigrationLock> {
  const { database, connection, times } = request;
  await createLockTable(connection);
  const owner = randomUUID();
  const serverLock = new ServerLock(connection);
  await waitForRow(request, owner, serverLock);
  return new MigrationLock(owner, times, await connect(database, false), serverLock);
}
