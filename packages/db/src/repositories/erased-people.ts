import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { dialectOf } from '../dialect/dialect.js';
import { randomId } from '../ids.js';
import { chunked } from '../sql/chunks.js';
import { column } from '../sql/values.js';

/** Somebody who was erased; the hashes are HMACs, made with a key outside the database. */
export interface ErasedPersonRow {
  readonly discordIdHash: string;
  readonly userIdHash: string;
  readonly erasedAt: Date;
  /** When they signed in again. */
  readonly returnedAt: Date | null;
}

/** The list of erased people, which restores and syncs ask. */
export class ErasedPeople {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  get #table() {
    return tablesOf(this.#scope).erasedPerson;
  }

  /** Notes an erasure; once more for the same row of a person changes nothing. */
  async insert(person: Omit<ErasedPersonRow, 'returnedAt'>): Promise<void> {
    await this.#table.upsert({
      where: { userIdHash: person.userIdHash },
      create: { id: randomId(), ...person },
      update: {},
    });
  }

  /** Of these Discord ids, as hashes, those whose person was erased and has not come back. */
  async absentDiscordIds(hashes: readonly string[]): Promise<Set<string>> {
    const absent = new Set<string>();
    for (const some of chunked(hashes)) {
      const rows = await this.#table.findMany({
        where: { discordIdHash: { in: some }, returnedAt: null },
        select: { discordIdHash: true },
      });
      for (const { discordIdHash } of rows) absent.add(discordIdHash);
    }
    return absent;
  }

  /** Whether the row of a person, by its id as a hash, was erased or is about to be, as of now. Inside a transaction. */
  async wasErased(userIdHash: string): Promise<boolean> {
    const { sql, engine } = this.#scope;
    const found = await sql.one(
      `SELECT id FROM erased_people WHERE user_id_hash = ? ${dialectOf(engine).currentRead}`,
      [userIdHash],
      { id: column.text },
    );
    return found !== null;
  }

  /** All of them by id, after an id: for a backup that carries the list. */
  async after(id: string, limit: number): Promise<(ErasedPersonRow & { readonly id: string })[]> {
    return this.#table.findMany({ where: { id: { gt: id } }, orderBy: { id: 'asc' }, take: limit });
  }

  /** Notes that a person signed in again. */
  async markReturned(discordIdHash: string, now: Date): Promise<void> {
    await this.#table.updateMany({ where: { discordIdHash, returnedAt: null }, data: { returnedAt: now } });
  }
}
