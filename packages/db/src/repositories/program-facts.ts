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

  /** Takes a lease that nobody holds, or whose holder gave no sign of life since the instant; false otherwise. */
  async claim(name: string, holder: string, now: Date, silentSince: Date): Promise<boolean> {
    await tablesOf(this.#scope).programFact.deleteMany({ where: { name, updatedAt: { lt: silentSince } } });
    await this.note(name, holder, now);
    return (await this.get(name)) === holder;
  }

  /**
   * A sign of life of a lease's holder; false when they hold it no more. In a transaction nobody else can take the
   * lease until it ends.
   */
  async keep(name: string, holder: string, now: Date): Promise<boolean> {
    const where = { name, value: holder };
    const { count } = await tablesOf(this.#scope).programFact.updateMany({ where, data: { updatedAt: now } });
    return count > 0;
  }

  /** Ends a lease of this holder. */
  async release(name: string, holder: string): Promise<void> {
    await tablesOf(this.#scope).programFact.deleteMany({ where: { name, value: holder } });
  }

  async forget(names: readonly string[]): Promise<void> {
    await tablesOf(this.#scope).programFact.deleteMany({ where: { name: { in: [...names] } } });
  }
}
