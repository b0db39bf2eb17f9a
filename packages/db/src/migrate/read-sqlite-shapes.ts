import { BOOKKEEPING_PREFIX } from './bookkeeping.js';
import { integer, text, textOrNull, type MigrationConnection } from './connection.js';
import { groupRows, referentialAction } from './read-mysql-shapes.js';
import { readTableDefinition, type TableDefinition } from './sqlite-definition.js';
import type { ColumnShape, ForeignKeyShape, IndexShape, TableShape } from './table-shape.js';

async function readColumns(
  connection: MigrationConnection,
  table: string,
  definition: TableDefinition,
): Promise<{ columns: ColumnShape[]; primaryKey: string[] }> {
  const rows = await connection.query('SELECT * FROM pragma_table_xinfo(?) ORDER BY cid', [table]);
  const columns = rows.map((row): ColumnShape => {
    const name = text(row, 'name');
    const written = definition.columns.get(name);
    const type = text(row, 'type').toUpperCase();
    return {
      name,
      type,
      length: written?.length ?? null,
      nullable: integer(row, 'notnull') === 0,
      default: textOrNull(row, 'dflt_value'),
      collation: written?.collation ?? (type === 'TEXT' ? 'BINARY' : null),
      autoIncrement: written?.autoIncrement ?? false,
    };
  });
  const primaryKey = rows
    .filter((row) => integer(row, 'pk') > 0)
    .sort((a, b) => integer(a, 'pk') - integer(b, 'pk'))
    .map((row) => text(row, 'name'));
  return { columns, primaryKey };
}

async function readIndexes(connection: MigrationConnection, table: string): Promise<IndexShape[]> {
  const rows = await connection.query(
    `SELECT l.name AS name, l."unique" AS is_unique, l.partial AS partial, x.name AS column_name, x.desc AS descending, x.coll AS collation
       FROM pragma_index_list(?) l JOIN pragma_index_xinfo(l.name) x
      WHERE l.origin <> 'pk' AND x.key = 1 ORDER BY l.name, x.seqno`,
    [table],
  );
  return [...groupRows(rows, 'name')].map(([name, parts]) => ({
    name,
    unique: parts.every((part) => integer(part, 'is_unique') === 1),
    columns: parts.map((part) => {
      const collation = text(part, 'collation');
      const marks = [
        integer(part, 'descending') === 1 ? 'desc' : 'asc',
        ...(collation === 'BINARY' ? [] : [`collate ${collation}`]),
        ...(integer(part, 'partial') === 1 ? ['partial'] : []),
      ];
      return `${textOrNull(part, 'column_name') ?? 'expression'} ${marks.join(' ')}`;
    }),
  }));
}

async function readForeignKeys(
  connection: MigrationConnection,
  table: string,
  definition: TableDefinition,
): Promise<ForeignKeyShape[]> {
  const rows = await connection.query('SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq', [table]);
  return [...groupRows(rows, 'id').values()].map((parts) => {
    const [first = {}] = parts;
    const columns = parts.map((part) => text(part, 'from'));
    return {
      name: definition.foreignKeyNames.get(columns.join(',')) ?? null,
      columns,
      table: text(first, 'table'),
      references: parts.map((part) => textOrNull(part, 'to') ?? 'primary key'),
      onDelete: referentialAction(text(first, 'on_delete')),
      onUpdate: referentialAction(text(first, 'on_update')),
    };
  });
}

/** The tables of a SQLite database, without the runner's own. */
export async function readSqliteShapes(connection: MigrationConnection): Promise<TableShape[]> {
  const tables = await connection.query(
    `SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
  );
  const shapes: TableShape[] = [];
  for (const row of tables) {
    const table = text(row, 'name');
    if (table.startsWith(BOOKKEEPING_PREFIX)) continue;
    const definition = readTableDefinition(text(row, 'sql'));
    shapes.push({
      table,
      storage: '',
      ...(await readColumns(connection, table, definition)),
      indexes: await readIndexes(connection, table),
      foreignKeys: await readForeignKeys(connection, table, definition),
    });
  }
  return shapes;
}
