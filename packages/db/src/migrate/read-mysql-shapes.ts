import { BOOKKEEPING_PREFIX } from './bookkeeping.js';
import { text, textOrNull, type MigrationConnection, type Row } from './connection.js';
import type { ReferentialAction } from './table-model.js';
import type { ColumnShape, ForeignKeyShape, IndexShape, TableShape } from './table-shape.js';

const ACTIONS: readonly ReferentialAction[] = ['CASCADE', 'SET NULL', 'RESTRICT', 'NO ACTION', 'SET DEFAULT'];

/** The action of that name. @throws TypeError for one that SQL does not have. */
export function referentialAction(name: string): ReferentialAction {
  const action = ACTIONS.find((candidate) => candidate === name);
  if (!action) throw new TypeError(`unknown referential action ${name}`);
  return action;
}

/** Groups rows by the text in one of their columns, in the order of the rows. */
export function groupRows(rows: readonly Row[], column: string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = text(row, column);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

/** MariaDB quotes literals and writes NULL for none; MySQL does neither. */
function defaultOf(row: Row): string | null {
  const stored = textOrNull(row, 'default_value');
  return stored === null || stored === 'NULL' ? null : stored.replace(/^'(.*)'$/s, '$1');
}

function lengthOf(row: Row): number | null {
  const stored = textOrNull(row, 'characters') ?? textOrNull(row, 'digits');
  return stored === null ? null : Number(stored);
}

function columnShape(row: Row, jsonColumns: ReadonlySet<string>): ColumnShape {
  const dataType = text(row, 'data_type').toLowerCase();
  const columnType = text(row, 'column_type').toLowerCase();
  const collation = textOrNull(row, 'collation');
  const name = text(row, 'name');
  // MariaDB keeps JSON as a long text that a check holds to be JSON.
  const isJson = dataType === 'json' || (jsonColumns.has(name) && collation === 'utf8mb4_bin');
  const type = dataType === 'tinyint' ? columnType : dataType;
  return {
    name,
    type: isJson ? 'json' : columnType.includes('unsigned') ? `${type} unsigned` : type,
    length: isJson ? null : lengthOf(row),
    nullable: text(row, 'nullable') === 'YES',
    default: defaultOf(row),
    collation: isJson ? null : collation,
    autoIncrement: text(row, 'extra').includes('auto_increment'),
  };
}

/** On MariaDB, the JSON columns of each table, by the check that MariaDB gives them. */
async function readJsonColumns(
  connection: MigrationConnection,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const [version] = await connection.query('SELECT VERSION() AS version');
  const columns = new Map<string, Set<string>>();
  if (!text(version ?? {}, 'version').includes('MariaDB')) return columns;
  const checks = await connection.query(
    'SELECT TABLE_NAME AS table_name, CHECK_CLAUSE AS clause FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()',
  );
  for (const row of checks) {
    const column = /^json_valid\(`(.+)`\)$/.exec(text(row, 'clause'))?.[1];
    const table = text(row, 'table_name');
    if (column !== undefined) columns.set(table, (columns.get(table) ?? new Set()).add(column));
  }
  return columns;
}

function indexShapes(rows: readonly Row[]): IndexShape[] {
  return [...groupRows(rows, 'name')]
    .filter(([name]) => name !== 'PRIMARY')
    .map(([name, parts]) => ({
      name,
      unique: parts.every((part) => text(part, 'non_unique') === '0'),
      columns: parts.map((part) => {
        const prefix = textOrNull(part, 'prefix');
        const order = textOrNull(part, 'direction') === 'D' ? 'desc' : 'asc';
        return `${text(part, 'column_name')}${prefix === null ? '' : `(${prefix})`} ${order}`;
      }),
    }));
}

function foreignKeyShapes(rows: readonly Row[]): ForeignKeyShape[] {
  return [...groupRows(rows, 'name')].map(([name, parts]) => {
    const [first = {}] = parts;
    return {
      name,
      columns: parts.map((part) => text(part, 'column_name')),
      table: text(first, 'referenced_table'),
      references: parts.map((part) => text(part, 'referenced_column')),
      onDelete: referentialAction(text(first, 'on_delete')),
      onUpdate: referentialAction(text(first, 'on_update')),
    };
  });
}

const TABLES = `SELECT TABLE_NAME AS table_name, ENGINE AS engine, TABLE_COLLATION AS collation FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME`;
const COLUMNS =
  'SELECT TABLE_NAME AS table_name, COLUMN_NAME AS name, DATA_TYPE AS data_type, COLUMN_TYPE AS column_type, CHARACTER_MAXIMUM_LENGTH AS characters, DATETIME_PRECISION AS digits, IS_NULLABLE AS nullable, COLUMN_DEFAULT AS default_value, COLLATION_NAME AS collation, EXTRA AS extra FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION';
const INDEXES =
  'SELECT TABLE_NAME AS table_name, INDEX_NAME AS name, NON_UNIQUE AS non_unique, COLUMN_NAME AS column_name, COLLATION AS direction, SUB_PART AS prefix FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX';
const FOREIGN_KEYS =
  'SELECT k.TABLE_NAME AS table_name, k.CONSTRAINT_NAME AS name, k.COLUMN_NAME AS column_name, k.REFERENCED_TABLE_NAME AS referenced_table, k.REFERENCED_COLUMN_NAME AS referenced_column, r.DELETE_RULE AS on_delete, r.UPDATE_RULE AS on_update FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION';

/** The tables of a MySQL or MariaDB database, without the runner's own. */
export async function readMysqlShapes(connection: MigrationConnection): Promise<TableShape[]> {
  const tables = await connection.query(TABLES);
  const columns = groupRows(await connection.query(COLUMNS), 'table_name');
  const indexes = groupRows(await connection.query(INDEXES), 'table_name');
  const foreignKeys = groupRows(await connection.query(FOREIGN_KEYS), 'table_name');
  const jsonColumns = await readJsonColumns(connection);
  return tables
    .filter((row) => !text(row, 'table_name').startsWith(BOOKKEEPING_PREFIX))
    .map((row) => {
      const table = text(row, 'table_name');
      const ofTable = indexes.get(table) ?? [];
      return {
        table,
        storage: `${text(row, 'engine')} ${text(row, 'collation')}`,
        columns: (columns.get(table) ?? []).map((column) =>
          columnShape(column, jsonColumns.get(table) ?? new Set()),
        ),
        primaryKey: ofTable
          .filter((index) => text(index, 'name') === 'PRIMARY')
          .map((index) => text(index, 'column_name')),
        indexes: indexShapes(ofTable),
        foreignKeys: foreignKeyShapes(foreignKeys.get(table) ?? []),
      };
    });
}
