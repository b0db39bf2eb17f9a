import { checkColumn } from '../client/write-check.js';
import { dialectOf, type Dialect } from '../dialect/dialect.js';
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

/** What becomes of rows whose key, the columns of a unique index, is taken. */
export interface WhenTaken {
  readonly key: readonly string[];
  /** What a row has in these columns is added to the row that is there. Without them it is passed over, see `Dialect.insertMissing`. */
  readonly add?: readonly string[];
}

/** How a statement begins and ends that inserts rows. */
function statementAround(dialect: Dialect, taken: WhenTaken | undefined): readonly [string, string] {
  if (taken === undefined) return ['INSERT INTO', ''];
  const { key, add } = taken;
  if (add === undefined) return [dialect.insertMissing.verb, dialect.insertMissing.ending(key)];
  const added = add.map((name) => `${name} = ${name} + ${dialect.incoming(name)}`);
  return ['INSERT INTO', dialect.onConflict(key, added.join(', '))];
}

/**
 * Inserts rows of a model through direct SQL, under the names of the schema and with the length checks that
 * writes of the client have. All rows have the fields of the first one. Gives how many rows the engine counts as
 * written: those that were not passed over.
 */
export async function insertRows(
  executor: SqlExecutor,
  model: string,
  rows: readonly ModelRow[],
  taken?: WhenTaken,
): Promise<number> {
  const { table } = descriptionOf(model);
  const columns = columnsOf(model, Object.keys(rows[0] ?? {}));
  const names = columns.map(({ column }) => `\`${column.column}\``).join(', ');
  const marks = `(${columns.map(() => '?').join(', ')})`;
  const [verb, ending] = statementAround(dialectOf(executor.engine), taken);
  const start = `${verb} \`${table}\` (${names}) VALUES `;
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
    stored += await executor.execute(
      `${start}${Array<string>(size).fill(marks).join(', ')} ${ending}`,
      values,
    );
    first += size;
  }
  return stored;
}

/** As `insertRows`, for one row. */
export async function insertRow(executor: SqlExecutor, model: string, row: ModelRow): Promise<void> {
  await insertRows(executor, model, [row]);
}
