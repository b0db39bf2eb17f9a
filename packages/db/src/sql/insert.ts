import { checkColumn } from '../client/write-check.js';
import { dialectOf } from '../dialect/dialect.js';
import { DatabaseError } from '../errors.js';
import { models } from '../generated/columns.js';
import type { SqlExecutor } from './direct-sql.js';
import type { SqlValue } from './values.js';

/** A row by the field names of the schema. */
export type ModelRow = Readonly<Record<string, SqlValue>>;

/** Parameters in one statement: both engines allow at least 32,000. */
const PARAMETERS_AT_ONCE = 16_000;
const ROWS_AT_ONCE = 1_000;

function descriptionOf(model: string) {
  const description = models[model];
  if (!description) throw new DatabaseError('misuse', `The schema has no model ${model}.`);
  return description;
}

function columnOf(model: string, field: string) {
  const column = descriptionOf(model).columns[field];
  if (!column) throw new DatabaseError('misuse', `${model} has no column for ${field}.`);
  return column;
}

function valuesOf(model: string, fields: readonly string[], row: ModelRow): SqlValue[] {
  const { table } = descriptionOf(model);
  return fields.map((field) => {
    const value = row[field] ?? null;
    checkColumn(table, columnOf(model, field), value);
    return value;
  });
}

/**
 * Inserts rows of a model through direct SQL, under the names of the schema and with the length checks that
 * writes of the client have. All rows have the fields of the first one. With `unlessThere`, the columns of a
 * unique index, rows whose key is taken are passed over, see `Dialect.insertMissing`. Gives how many were stored.
 */
export async function insertRows(
  executor: SqlExecutor,
  model: string,
  rows: readonly ModelRow[],
  unlessThere?: readonly string[],
): Promise<number> {
  const fields = Object.keys(rows[0] ?? {});
  const { insertMissing } = dialectOf(executor.engine);
  const names = fields.map((field) => `\`${columnOf(model, field).column}\``).join(', ');
  const marks = `(${fields.map(() => '?').join(', ')})`;
  const start = `${unlessThere ? insertMissing.verb : 'INSERT INTO'} \`${descriptionOf(model).table}\` (${names}) VALUES `;
  const end = unlessThere ? ` ${insertMissing.ending(unlessThere)}` : '';
  const size = Math.min(ROWS_AT_ONCE, Math.floor(PARAMETERS_AT_ONCE / Math.max(1, fields.length)));
  let stored = 0;
  for (let first = 0; first < rows.length; first += size) {
    const some = rows.slice(first, first + size);
    const text = `${start}${Array.from(some, () => marks).join(', ')}${end}`;
    stored += await executor.execute(
      text,
      some.flatMap((row) => valuesOf(model, fields, row)),
    );
  }
  return stored;
}

/** As `insertRows`, for one row. */
export async function insertRow(executor: SqlExecutor, model: string, row: ModelRow): Promise<void> {
  await insertRows(executor, model, [row]);
}
