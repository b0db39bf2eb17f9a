import type { Engine } from '../sql/direct-sql.js';
import type { ColumnModel, ForeignKeyModel, IndexModel, TableModel } from './table-model.js';

/** A column as it stands in a database. */
export interface ColumnShape {
  readonly name: string;
  /** The engine's own type without a length: `varchar`, `datetime`, `tinyint(1)`, on SQLite `TEXT`, `DATETIME`. */
  readonly type: string;
  /** Characters of a varchar, bytes of a text, digits behind the second of a datetime; null where there is none. */
  readonly length: number | null;
  readonly nullable: boolean;
  /** The default as text; null without one. */
  readonly default: string | null;
  /** Null for columns that are no text, also for JSON. */
  readonly collation: string | null;
  readonly autoIncrement: boolean;
}

export interface IndexShape {
  readonly name: string;
  readonly unique: boolean;
  /** Each column with its order, such as `created_at asc`. */
  readonly columns: readonly string[];
}

export interface ForeignKeyShape extends ForeignKeyModel {
  /** Null where the engine does not tell. */
  readonly name: string | null;
}

/** A table as it stands in a database, or should. */
export interface TableShape {
  readonly table: string;
  /** Storage engine and collation on MySQL; an empty text on SQLite. */
  readonly storage: string;
  readonly columns: readonly ColumnShape[];
  readonly primaryKey: readonly string[];
  readonly indexes: readonly IndexShape[];
  readonly foreignKeys: readonly ForeignKeyShape[];
}

/** Texts are compared byte by byte on both engines, so that both give the same answers. */
const MYSQL_COLLATION = 'utf8mb4_bin';
const SQLITE_COLLATION = 'BINARY';
/** Bytes that MySQL keeps in a text column. */
const TEXT_BYTES: Readonly<Record<string, number>> = {
  text: 65_535,
  mediumtext: 16_777_215,
  longtext: 4_294_967_295,
};
const NAME_MAX: Record<Engine, number> = { mysql: 64, sqlite: 10_000 };

const MYSQL_TYPES: Record<ColumnModel['type'], string> = {
  String: 'varchar',
  Boolean: 'tinyint(1)',
  Int: 'int',
  BigInt: 'bigint',
  Float: 'double',
  DateTime: 'datetime',
  Json: 'json',
  Bytes: 'longblob',
};

const SQLITE_TYPES: Record<ColumnModel['type'], string> = {
  String: 'TEXT',
  Boolean: 'BOOLEAN',
  Int: 'INTEGER',
  BigInt: 'BIGINT',
  Float: 'REAL',
  DateTime: 'DATETIME',
  Json: 'JSONB',
  Bytes: 'BLOB',
};

/** Prisma's name for an index or a key that the schema does not name: cut in front of its ending. */
function conventionalName(engine: Engine, table: string, columns: readonly string[], ending: string): string {
  const name = [table, ...columns].join('_');
  return `${name.slice(0, NAME_MAX[engine] - ending.length)}${ending}`;
}

function lengthOf(model: ColumnModel, mysqlType: string): number | null {
  if (model.type === 'DateTime') return model.native?.length ?? 3;
  if (model.type !== 'String' && model.type !== 'Bytes') return null;
  return TEXT_BYTES[mysqlType] ?? model.native?.length ?? (model.type === 'String' ? 191 : null);
}

function columnShape(engine: Engine, model: ColumnModel): ColumnShape {
  const mysqlType = model.native?.name.toLowerCase() ?? MYSQL_TYPES[model.type];
  const isText = model.type === 'String';
  const length = lengthOf(model, mysqlType);
  const literal = typeof model.default === 'boolean' ? Number(model.default) : model.default;
  return {
    name: model.name,
    // A column that SQLite numbers must be declared INTEGER.
    type: engine === 'mysql' ? mysqlType : model.autoIncrement ? 'INTEGER' : SQLITE_TYPES[model.type],
    length: engine === 'sqlite' && model.type === 'DateTime' ? null : length,
    nullable: model.nullable,
    default: literal === null ? null : String(literal),
    collation: isText ? (engine === 'mysql' ? MYSQL_COLLATION : SQLITE_COLLATION) : null,
    autoIncrement: model.autoIncrement,
  };
}

function indexShape(engine: Engine, table: string, index: IndexModel): IndexShape {
  const names = index.columns.map(({ name }) => name);
  return {
    name: index.name ?? conventionalName(engine, table, names, index.unique ? '_key' : '_idx'),
    unique: index.unique,
    columns: index.columns.map(({ name, order }) => `${name} ${order}`),
  };
}

/** What a table of the schema looks like on an engine when nothing has drifted. */
export function expectedShape(engine: Engine, model: TableModel): TableShape {
  const { table, primaryKey } = model;
  return {
    table,
    storage: engine === 'mysql' ? `InnoDB ${MYSQL_COLLATION}` : '',
    columns: model.columns.map((column) => columnShape(engine, column)),
    primaryKey,
    indexes: model.indexes.map((index) => indexShape(engine, table, index)),
    foreignKeys: model.foreignKeys.map((key) => ({
      ...key,
      name: conventionalName(engine, table, key.columns, '_fkey'),
    })),
  };
}
