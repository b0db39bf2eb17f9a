import { dialectOf } from '../dialect/dialect.js';
import { DatabaseError } from '../errors.js';
import { models, type ModelColumn } from '../generated/columns.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import { column as read, jsonText, type ColumnReader, type SqlValue } from '../sql/values.js';
import { canonicalJson } from '../writers/canonical-json.js';

/**
 * A row as it is written into files: plain JSON, the same on both engines. Instants are ISO 8601, whole numbers of
 * 64 bits are decimal texts.
 */
export type PlainRow = Readonly<Record<string, PlainValue>>;
export type PlainValue = string | number | boolean | null | object;

interface Column {
  readonly name: string;
  readonly type: string;
}

function columnsOf(table: string): readonly ModelColumn[] {
  const model = Object.values(models).find((one) => one.table === table);
  if (!model) throw new DatabaseError('misuse', `The schema has no table ${table}.`);
  return Object.values(model.columns);
}

/** Names of all tables of the schema. */
export const tableNames: readonly string[] = Object.values(models).map(({ table }) => table);

/** The columns of a table, in the order of the schema. */
export function tableColumns(table: string): readonly Column[] {
  return columnsOf(table).map(({ column, type }) => ({ name: column, type }));
}

function readerOf(type: string): ColumnReader<unknown> {
  switch (type) {
    case 'BigInt':
      return read.nullable(read.bigint);
    case 'Int':
      return read.nullable(read.int);
    case 'Float':
      return read.nullable(read.real);
    case 'Boolean':
      return read.nullable(read.boolean);
    case 'DateTime':
      return read.nullable(read.instant);
    case 'Json':
      return read.nullable(read.jsonValue);
    default:
      return read.nullable(read.text);
  }
}

function plain(value: unknown): PlainValue {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) {
    const ordered: unknown = JSON.parse(canonicalJson(value));
    return typeof ordered === 'object' ? ordered : null;
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}

/** The value a column takes, out of its plain form. */
function stored(type: string, value: PlainValue | undefined): SqlValue {
  if (value === null || value === undefined) return null;
  if (type === 'Json') return typeof value === 'object' ? canonicalJson(value) : jsonText(value);
  if (typeof value === 'object')
    throw new DatabaseError('invalid_value', 'A column of its own type holds no JSON.');
  if (type === 'BigInt') return BigInt(value);
  if (type === 'DateTime') return new Date(String(value));
  return value;
}

/** The value that a column of a table takes, out of its plain form. */
export function storedValue(table: string, name: string, value: PlainValue | undefined): SqlValue {
  const found = columnsOf(table).find(({ column }) => column === name);
  if (!found) throw new DatabaseError('misuse', `The table ${table} has no column ${name}.`);
  return stored(found.type, value);
}

/** Which rows, and how many. Texts come from the program, never from a caller. */
export interface RowQuery {
  readonly where?: string;
  readonly parameters?: readonly SqlValue[];
  readonly orderBy?: string;
  readonly limit?: number;
}

/** Reads whole rows of a table in their plain form. */
export async function readPlainRows(
  sql: SqlExecutor,
  table: string,
  { where = '1 = 1', parameters = [], orderBy, limit }: RowQuery,
): Promise<PlainRow[]> {
  const columns = columnsOf(table);
  const dialect = dialectOf(sql.engine);
  const selected = columns.map(({ column, type }) =>
    type === 'Json' ? `${dialect.jsonValue(`\`${column}\``)} AS \`${column}\`` : `\`${column}\``,
  );
  const order = orderBy === undefined ? '' : ` ORDER BY ${orderBy}`;
  const rows = await sql.query(
    `SELECT ${selected.join(', ')} FROM \`${table}\` WHERE ${where}${order}${limit === undefined ? '' : ' LIMIT ?'}`,
    limit === undefined ? parameters : [...parameters, limit],
    Object.fromEntries(columns.map(({ column, type }) => [column, readerOf(type)])),
  );
  return rows.map((row) => Object.fromEntries(columns.map(({ column }) => [column, plain(row[column])])));
}

/** Rows in one statement of an insert. */
const ROWS_AT_ONCE = 200;

/**
 * Inserts plain rows. Columns that a row does not have, because it was written under an older schema, take null or
 * `missing`; what the schema no longer has is left out. With `unlessThere` rows whose primary key is taken are passed
 * over. Gives how many were stored.
 */
export async function insertPlainRows(
  sql: SqlExecutor,
  table: string,
  rows: readonly PlainRow[],
  { unlessThere, missing = {} }: { readonly unlessThere?: string; readonly missing?: PlainRow } = {},
): Promise<number> {
  const columns = columnsOf(table);
  const { insertMissing } = dialectOf(sql.engine);
  const names = columns.map(({ column }) => `\`${column}\``).join(', ');
  const marks = `(${columns.map(() => '?').join(', ')})`;
  const start = `${unlessThere === undefined ? 'INSERT INTO' : insertMissing.verb} \`${table}\` (${names}) VALUES `;
  const end = unlessThere === undefined ? '' : ` ${insertMissing.ending([unlessThere])}`;
  let count = 0;
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
    const some = rows.slice(first, first + ROWS_AT_ONCE);
    count += await sql.execute(
      `${start}${some.map(() => marks).join(', ')}${end}`,
      some.flatMap((row) =>
        columns.map(({ column, type }) => stored(type, row[column] ?? missing[column] ?? null)),
      ),
    );
  }
  return count;
}

/** Changes columns of one row, found by its key, to plain values. */
export async function updatePlainRow(
  sql: SqlExecutor,
  table: string,
  { key, value }: { readonly key: string; readonly value: SqlValue },
  values: PlainRow,
): Promise<void> {
  const changed = columnsOf(table).filter(({ column }) => column in values);
  if (changed.length === 0) return;
  await sql.execute(
    `UPDATE \`${table}\` SET ${changed.map(({ column }) => `\`${column}\` = ?`).join(', ')} WHERE \`${key}\` = ?`,
    [...changed.map(({ column, type }) => stored(type, values[column])), value],
  );
}
