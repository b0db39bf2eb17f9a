import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { upsertMany } from './bulk.js';

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

  /** Everything whose name begins so, by name. */
  async beginningWith(prefix: string): Promise<ReadonlyMap<string, string>> {
    const rows = await tablesOf(this.#scope).programFact.findMany();
    return new Map(
      rows.filter(({ name }) => name.startsWith(prefix)).map(({ name, value }) => [name, value]),
    );
  }

  /** Remembers something, unless something is remembered under that name already; also with others at once. */
  async note(name: string, value: string, now: Date): Promise<void> {
    const columns = ['name', 'value', 'updated_at'];
    await upsertMany(this.#scope.sql, 'program_facts', columns, ['name'], ['name'], [[name, value, now]]);
  }

  async forget(names: readonly string[]): Promise<void> {
    await tablesOf(this.#scope).programFact.deleteMany({ where: { name: { in: [...names] } } });
  }
}
