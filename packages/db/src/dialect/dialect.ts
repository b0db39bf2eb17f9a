import type { Engine } from '../sql/direct-sql.js';
import type { ItemType, JsonItems } from './json-items.js';
import { mysqlDialect } from './mysql.js';
import { sqliteDialect } from './sqlite.js';

/** The places where the two engines need other words for the same thing. Names come from the program alone. */
export interface Dialect {
  /** The end of an INSERT that changes the row already there instead; the key columns form a unique index. */
  onConflict(keyColumns: readonly string[], assignments: string): string;
  /** Inside the assignments of `onConflict`: the value that was to be inserted. */
  incoming(column: string): string;
  /**
   * An INSERT that passes over rows whose unique key is taken; the key columns form a unique index. On MySQL it
   * passes over rows that break a foreign key too: see what is missing afterwards.
   */
  readonly insertMissing: { readonly verb: string; ending(keyColumns: readonly string[]): string };
  /** A JSON column of any kind of value in the form that `column.jsonValue` reads. */
  jsonValue(column: string): string;
  /**
   * Behind a table's name: the index that a statement must follow, such as a page deep in a list from its place on.
   * Where one guild has most of a table, MySQL's planner would rather walk there from the beginning of the list.
   */
  followIndex(name: string): string;
  /** The lists in a JSON column; JSON's null is NULL. */
  jsonItems<Name extends string>(json: string, places: Readonly<Record<Name, ItemType>>): JsonItems<Name>;
  /** The instant that lies so many seconds, an expression, after the beginning of 1970. */
  instantAt(seconds: string): string;
  /** The instant so many seconds ago by the database's own clock, which all who work on it share. */
  secondsAgo(seconds: number): string;
  /** The end of a SELECT that must see what others have committed since the transaction began. */
  readonly currentRead: string;
}

/** The words of an engine. */
export function dialectOf(engine: Engine): Dialect {
  return engine === 'mysql' ? mysqlDialect : sqliteDialect;
}
