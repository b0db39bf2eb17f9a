import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';

/** A running server or worker. */
export interface ProcessRow {
  readonly id: string;
  readonly kind: 'server' | 'worker';
  readonly hostName: string;
  readonly pid: number;
  readonly startedAt: Date;
}

/** The processes that work on this database, known by their heartbeats. */
export class Processes {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  /** A sign of life. */
  async beat(row: ProcessRow, now: Date): Promise<void> {
    await tablesOf(this.#scope).programProcess.upsert({
      where: { id: row.id },
      create: { ...row, heartbeatAt: now },
      update: { heartbeatAt: now },
    });
  }

  /** How many others gave a sign of life since the instant. */
  async othersSince(id: string, since: Date): Promise<number> {
    return tablesOf(this.#scope).programProcess.count({
      where: { id: { not: id }, heartbeatAt: { gte: since } },
    });
  }

  async remove(id: string): Promise<void> {
    await tablesOf(this.#scope).programProcess.deleteMany({ where: { id } });
  }

  /** Forgets processes that have been silent since before the instant. */
  async removeSilent(since: Date): Promise<void> {
    await tablesOf(this.#scope).programProcess.deleteMany({ where: { heartbeatAt: { lt: since } } });
  }
}
