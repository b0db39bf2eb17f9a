import { dialectOf } from '../dialect/dialect.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import type { SqlValue } from '../sql/values.js';

/** Rows in one statement: far from both engines' limits of parameters with up to sixteen columns. */
const ROWS_AT_ONCE = 250;
/** Sizes to which lists are filled up, so that few different statements are prepared. */
const LIST_SIZES = [1, 5, 25, 100, 250] as const;

/** Splits work that may be of any size into statements of bounded size. */
export function chunked<Item>(items: readonly Item[], size: number = ROWS_AT_ONCE): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** A list for `IN (…)` with its parameters, filled up by repeating the last one. At most 250 values, at least one. */
export function inList(values: readonly string[]): { marks: string; parameters: string[] } {
  const size = LIST_SIZES.find((one) => one >= values.length) ?? values.length;
  const filler = values.at(-1) ?? '';
  const parameters = Array.from({ length: size }, (_, index) => values[index] ?? filler);
  return { marks: parameters.map(() => '?').join(', '), parameters };
}

function insertText(table: string, columns: readonly string[], rows: number): string {
  const row = `(${columns.map(() => '?').join(', ')})`;
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array.from({ length: rows }, () => row).join(', ')}`;
}

/** Inserts many rows, a bounded number in each statement. */
export async function insertMany(
  sql: SqlExecutor,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): Promise<void> {
  for (const some of chunked(rows)) {
    await sql.execute(insertText(table, columns, some.length), some.flat());
  }
}

/**
 * Writes many whole rows by their primary or a unique key: those that are not there are inserted, of the
 * others the columns in `changing` are replaced.
 */
export async function upsertMany(
  sql: SqlExecutor,
  table: string,
  columns: readonly string[],
  key: readonly string[],
  changing: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): Promise<void> {
  const dialect = dialectOf(sql.engine);
  const assignments = changing.map((name) => `${name} = ${dialect.incoming(name)}`).join(', ');
  const clause = dialect.onConflict(key, assignments);
  for (const some of chunked(rows)) {
    await sql.execute(`${insertText(table, columns, some.length)} ${clause}`, some.flat());
  }
}
