import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';

/** What the program remembers about the database itself. */
export class ProgramFacts {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  async get(name: string): Promise<string | null> {
    const row = await tablesOf(this.#scope).programFact.findUnique({ where: { name } });
    return row?.value ?? null;
  }

  async set(name: string, value: string, now: Date): Promise<void> {
    await tablesOf(this.#scope).programFact.upsert({
      where: { name },
      create: { name, value, updatedAt: now },
      update: { value, updatedAt: now },
    });
  }
}
