import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';

/** People's own preferences, as they were saved: an object without what was never chosen. */
export class UserSettings {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  /** The saved object as it stands; null when nothing was saved. */
  async byUserId(userId: string): Promise<unknown> {
    const row = await tablesOf(this.#scope).userSettings.findUnique({ where: { userId } });
    return row?.data ?? null;
  }

  async save(userId: string, data: Record<string, string | number | boolean>, now: Date): Promise<void> {
    await tablesOf(this.#scope).userSettings.upsert({
      where: { userId },
      create: { userId, data, createdAt: now, updatedAt: now },
      update: { data, updatedAt: now },
    });
  }
}
