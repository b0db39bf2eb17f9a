/**
 * What becomes of a column that can tell who somebody is, once that person is erased:
 * - `row`: it tells whose row it is; the whole row goes.
 * - `null`: it becomes null, the row stays.
 * - `blank`: it becomes an empty text, the row stays.
 * - `pseudonym`: it holds a random name that leads nowhere without the person's own row; it stays.
 * - `renamed`: it becomes another random name, the same for all rows of the person.
 * - `swept`: rows that mention the person in it go.
 * - `items`: it holds a list; what of it is the person's becomes nobody's.
 * - `hash`: it is an HMAC made with a key outside of the database.
 */
export type Erasure = 'row' | 'null' | 'blank' | 'pseudonym' | 'renamed' | 'swept' | 'items' | 'hash';

/** How a table speaks of people. */
export interface PersonalTable {
  readonly table: string;
  /** Its primary key. */
  readonly key: string;
  /** Finds the rows that are kept about a person, with one mark for their id; null where there are none of their own. */
  readonly of: string | null;
  /** Whether those rows go with the person; of the others only the columns below change. */
  readonly goes: boolean;
  /** Finds the rows that are kept about a guild, with one mark for its id; null where there are none. */
  readonly ofGuild: string | null;
  /** The columns that can tell who somebody is. */
  readonly columns: Readonly<Record<string, Erasure>>;
  /** All other columns: what they hold goes with its row, or is about nobody. */
  readonly others: string;
}
