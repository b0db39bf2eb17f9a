import { checkColumn } from '../client/write-check.js';
import { DatabaseError } from '../errors.js';
import { models } from '../generated/columns.js';
import type { SqlExecutor } from './direct-sql.js';
import type { SqlValue } from './values.js';

/**
 * Inserts one row of a model through direct SQL, under the names of the schema and with the length checks that
 * writes of the client have.
 */
export async function insertRow(
  executor: SqlExecutor,
  model: string,
  row: Readonly<Record<string, SqlValue>>,
): Promise<void> {
  const description = models[model];
  const columns: string[] = [];
  for (const [field, value] of Object.entries(row)) {
    const column = description?.columns[field];
    if (!description || !column) throw new DatabaseError('misuse', `${model} has no column for ${field}.`);
    checkColumn(description.table, column, value);
    columns.push(`\`${column.column}\``);
  }
  await executor.execute(
    `INSERT INTO \`${description?.table}\` (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    Object.values(row),
  );
}
