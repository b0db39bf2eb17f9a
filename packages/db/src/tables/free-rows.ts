import { uniqueIndexes } from '../generated/columns.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import type { SqlValue } from '../sql/values.js';
import { readPlainRows, storedValue, type PlainRow } from './table-rows.js';

/** Rows whose keys are looked up in one statement: a condition of SQLite may be 1,000 deep. */
const KEYS_AT_ONCE = 200;

/** What a unique index holds of a row; null where it does not count, because a column is null. */
function heldBy(columns: readonly string[], row: PlainRow): string | null {
  const values = columns.map((name) => row[name] ?? null);
  return values.includes(null) ? null : JSON.stringify(values);
}

async function heldAlready(
  sql: SqlExecutor,
  table: string,
  columns: readonly string[],
  rows: readonly PlainRow[],
): Promise<Set<string | null>> {
  const held = new Set<string | null>();
  const own = columns.map((name) => `\`${name}\` = ?`).join(' AND ');
  for (let first = 0; first < rows.length; first += KEYS_AT_ONCE) {
    const some = rows.slice(first, first + KEYS_AT_ONCE);
    const parameters = some.flatMap((row): SqlValue[] =>
      columns.map((name) => storedValue(table, name, row[name])),
    );
    const where = some.map(() => `(${own})`).join(' OR ');
    for (const row of await readPlainRows(sql, table, { where, parameters })) held.add(heldBy(columns, row));
  }
  return held;
}

/**
 * Of rows that are to be inserted those whose unique keys are all free: no row that is there has one of them, the
 * primary key included, and none that comes before among these.
 */
export async function rowsWithFreeKeys(
  sql: SqlExecutor,
  table: string,
  rows: readonly PlainRow[],
): Promise<readonly PlainRow[]> {
  let free = rows;
  for (const { columns } of uniqueIndexes.filter((index) => index.table === table)) {
    const counted = free.filter((row) => heldBy(columns, row) !== null);
    const held = await heldAlready(sql, table, columns, counted);
    free = free.filter((row) => {
      const own = heldBy(columns, row);
      if (own === null) return true;
      const isFree = !held.has(own);
      held.add(own);
      return isFree;
    });
  }
  return free;
}
