import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { dialectOf, type Dialect } from '../dialect/dialect.js';
import { column } from '../sql/values.js';

/** A running server or worker. */
export interface ProcessRow {
  readonly id: string;
  readonly kind: 'server' | 'worker';
  readonly hostName: string;
  readonly pid: number;
  readonly startedAt: Date;
}

/**
 * The processes that work on this database, known by their heartbeats: all by the database's own clock, so that those
 * of their hosts need not agree.
 */
export class Processes {
  readonly #scope: Database | Transaction;
  readonly #dialect: Dialect;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
    this.#dialect = dialectOf(scope.engine);
  }

  /** A sign of life. */
  async beat({ id, kind, hostName, pid, startedAt }: ProcessRow): Promise<void> {
    const dialect = this.#dialect;
    const change = dialect.onConflict(['id'], `heartbeat_at = ${dialect.incoming('heartbeat_at')}`);
    await this.#scope.sql.execute(
      `INSERT INTO program_processes (id, kind, host_name, pid, started_at, heartbeat_at) VALUES (?, ?, ?, ?, ?, ${dialect.secondsAgo(0)}) ${change}`,
      [id, kind, hostName, pid, startedAt],
    );
  }

  /** How many others gave a sign of life within the last seconds. */
  async others(id: string, withinSeconds: number): Promise<number> {
    const row = await this.#scope.sql.one(
      `SELECT COUNT(*) AS n FROM program_processes WHERE id <> ? AND heartbeat_at >= ${this.#dialect.secondsAgo(withinSeconds)}`,
      [id],
      { n: column.int },
    );
    return row?.n ?? 0;
  }

  async remove(id: string): Promise<void> {
    await tablesOf(this.#scope).programProcess.deleteMany({ where: { id } });
  }

  /** Forgets processes that have been silent for longer. */
  async removeSilent(seconds: number): Promise<void> {
    await this.#scope.sql.execute(
      `DELETE FROM program_processes WHERE heartbeat_at < ${this.#dialect.secondsAgo(seconds)}`,
    );
  }
}
