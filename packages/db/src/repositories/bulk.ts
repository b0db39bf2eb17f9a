import { dialectOf } from '../dialect/dialect.js';
import { chunked } from '../sql/chunks.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import type { SqlValue } from '../sql/values.js';

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
