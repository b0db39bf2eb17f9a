import { integer, text, textOrNull, type MigrationConnection } from './connection.js';
import { checksumOf } from './migration-folder.js';

/** Server locks are named across databases; the name must stay below 64 characters. */
const NAME_LENGTH = 40;

/**
 * MySQL's GET_LOCK on the connection that runs the statements, beside the row. The server lets go of it only
 * when that session has ended, and so has the statement it was running: a killed process's last ALTER TABLE
 * cannot still be at work when its successor begins. Galera and some proxies have no such lock; there the
 * row alone must do.
 */
export class ServerLock {
  readonly #connection: MigrationConnection;
  #state: 'free' | 'held' | 'unavailable';

  constructor(connection: MigrationConnection) {
    this.#connection = connection;
    this.#state = connection.engine === 'mysql' ? 'free' : 'unavailable';
  }

  async #name(): Promise<string> {
    const [row] = await this.#connection.query('SELECT DATABASE() AS name');
    return `slimy_migrate_${checksumOf(text(row ?? {}, 'name'))}`.slice(0, NAME_LENGTH);
  }

  /**
   * Tries to take it without waiting.
   * @param expiredSession the session of a holder that missed its heartbeats: it is ended, so that a process
   *   which only stood still cannot go on where another one has taken over.
   * @returns true when it is ours or the server has none.
   */
  async take(expiredSession: string | null): Promise<boolean> {
    if (this.#state !== 'free') return true;
    const name = await this.#name();
    let answer: number | null;
    try {
      const [row] = await this.#connection.query('SELECT GET_LOCK(?, 0) AS taken', [name]);
      answer = row && row['taken'] !== null ? integer(row, 'taken') : null;
    } catch {
      // Galera in strict mode refuses the function itself.
      answer = null;
    }
    if (answer === 0) {
      if (expiredSession !== null) await this.#end(expiredSession, name);
      return false;
    }
    this.#state = answer === 1 ? 'held' : 'unavailable';
    return true;
  }

  async #end(session: string, name: string): Promise<void> {
    const [row] = await this.#connection.query('SELECT IS_USED_LOCK(?) AS session', [name]);
    if (!row || textOrNull(row, 'session') !== session) return;
    // Refused for the session of another account, and late for one that has just ended: the caller goes on waiting.
    await this.#connection.execute(`KILL CONNECTION ${Number(session)}`).catch(() => 0);
  }

  async release(): Promise<void> {
    if (this.#state !== 'held') return;
    await this.#connection.query('SELECT RELEASE_LOCK(?)', [await this.#name()]);
    this.#state = 'free';
  }
}
