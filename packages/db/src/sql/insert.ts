import { checkColumn } from '../client/write-check.js';
import { dialectOf } from '../dialect/dialect.js';
import { DatabaseError } from '../errors.js';
import { models } from '../generated/columns.js';
import type { SqlExecutor } from './direct-sql.js';
import type { SqlValue } from './values.js';

/** A row by the field names of the schema. */
export type ModelRow = Readonly<Record<string, SqlValue>>;

/** Rows in one statement; both engines take the parameters of a thousand rows of any of our tables. */
const ROWS_AT_ONCE = 1_000;
function descriptionOf(model: string) {
  const description = models[model];
  if (!description) throw new DatabaseError('misuse', `The schema has no model ${model}.`);
  return description;
}

function columnsOf(model: string, fields: readonly string[]) {
  const { columns } = descriptionOf(model);
  return fields.map((field) => {
    const column = columns[field];
    if (!column) throw new DatabaseError('misuse', `${model} has no column for ${field}.`);
    return { field, column };
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
  const { table } = descriptionOf(model);
  const columns = columnsOf(model, Object.keys(rows[0] ?? {}));
  const { insertMissing } = dialectOf(executor.engine);
  const names = columns.map(({ column }) => `\`${column.column}\``).join(', ');
  const marks = `(${columns.map(() => '?').join(', ')})`;
  const start = `${unlessThere ? insertMissing.verb : 'INSERT INTO'} \`${table}\` (${names}) VALUES `;
  const end = unlessThere ? ` ${insertMissing.ending(unlessThere)}` : '';
  let stored = 0;
  for (let first = 0; first < rows.length;) {
    const size = Math.min(rows.length - first, ROWS_AT_ONCE);
    const values: SqlValue[] = [];
    for (let place = first; place < first + size; place += 1) {
      for (const { field, column } of columns) {
        const value = rows[place]?.[field] ?? null;
        checkColumn(table, column, value);
        values.push(value);
      }
    }
    stored += await executor.execute(`${start}${Array<string>(size).fill(marks).join(', ')}${end}`, values);
    first += size;
  }
  return stored;
}

/** As `insertRows`, for one row. */
export async function insertRow(executor: SqlExecutor, model: string, row: ModelRow): Promise<void> {
  await insertRows(executor, model, [row]);
}
