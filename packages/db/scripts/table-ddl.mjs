// SQL that creates tables, from their shapes in dist/migrate/table-shape.js.

const quoted = { mysql: (name) => `\`${name}\``, sqlite: (name) => `"${name}"` };

function mysqlColumn(column) {
  const { type, length, nullable, autoIncrement } = column;
  const sized =
    length !== null && !type.endsWith('text') ? `${type.toUpperCase()}(${length})` : type.toUpperCase();
  return [
    quoted.mysql(column.name),
    sized,
    nullable ? 'NULL' : 'NOT NULL',
    ...(autoIncrement ? ['AUTO_INCREMENT'] : []),
    ...(column.default === null ? [] : [`DEFAULT ${column.default}`]),
  ].join(' ');
}

// SQLite has no lengths of its own; a check holds them, so that both engines refuse the same rows.
function sqliteCheck({ name, type, length }) {
  if (length === null) return [];
  const column = quoted.sqlite(name);
  const measured = type === 'TEXT' && length < 65_535 ? column : `CAST(${column} AS BLOB)`;
  return [`CHECK (length(${measured}) <= ${length})`];
}

function sqliteColumn(column, primaryKey) {
  const isKey = primaryKey.length === 1 && primaryKey[0] === column.name;
  return [
    quoted.sqlite(column.name),
    column.type,
    ...(column.nullable ? [] : ['NOT NULL']),
    ...(isKey ? ['PRIMARY KEY'] : []),
    ...(column.autoIncrement ? ['AUTOINCREMENT'] : []),
    ...(column.default === null ? [] : [`DEFAULT ${column.default}`]),
    ...sqliteCheck(column),
  ].join(' ');
}

const nameList = (engine, names) => names.map(quoted[engine]).join(', ');

function indexColumns(engine, { columns }) {
  return columns
    .map((column) => {
      const [name, order] = column.split(' ');
      return `${quoted[engine](name)}${order === 'desc' ? ' DESC' : ''}`;
    })
    .join(', ');
}

function foreignKeyClause(engine, key) {
  return `CONSTRAINT ${quoted[engine](key.name)} FOREIGN KEY (${nameList(engine, key.columns)}) REFERENCES ${quoted[engine](key.table)} (${nameList(engine, key.references)}) ON DELETE ${key.onDelete} ON UPDATE ${key.onUpdate}`;
}

const create = (shape, lines, rest, ifMissing) =>
  `CREATE TABLE ${ifMissing ? 'IF NOT EXISTS ' : ''}${shape} (\n${lines.map((line) => `    ${line}`).join(',\n')}\n)${rest};\n`;

function mysqlTable(shape, ifMissing, keysInside) {
  const lines = [
    ...shape.columns.map(mysqlColumn),
    `PRIMARY KEY (${nameList('mysql', shape.primaryKey)})`,
    ...shape.indexes.map(
      (index) =>
        `${index.unique ? 'UNIQUE INDEX' : 'INDEX'} ${quoted.mysql(index.name)} (${indexColumns('mysql', index)})`,
    ),
    ...(keysInside ? shape.foreignKeys.map((key) => foreignKeyClause('mysql', key)) : []),
  ];
  const [storage, collation] = shape.storage.split(' ');
  const rest = ` ENGINE = ${storage} DEFAULT CHARACTER SET utf8mb4 COLLATE ${collation}`;
  return create(quoted.mysql(shape.table), lines, rest, ifMissing);
}

function sqliteTable(shape, ifMissing) {
  const { primaryKey } = shape;
  const lines = [
    ...shape.columns.map((column) => sqliteColumn(column, primaryKey)),
    ...(primaryKey.length > 1 ? [`PRIMARY KEY (${nameList('sqlite', primaryKey)})`] : []),
    ...shape.foreignKeys.map((key) => foreignKeyClause('sqlite', key)),
  ];
  return create(quoted.sqlite(shape.table), lines, '', ifMissing);
}

function sqliteIndexes(shape, ifMissing) {
  return shape.indexes.map(
    (index) =>
      `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${ifMissing ? 'IF NOT EXISTS ' : ''}${quoted.sqlite(index.name)} ON ${quoted.sqlite(shape.table)} (${indexColumns('sqlite', index)});\n`,
  );
}

/** The text of a migration that creates these tables; keys come last on MySQL, because tables may refer to each other. */
export function migrationSql(engine, shapes) {
  if (engine === 'sqlite') {
    return shapes
      .map((shape) => [sqliteTable(shape, false), ...sqliteIndexes(shape, false)].join('\n'))
      .join('\n');
  }
  const keys = shapes.flatMap((shape) =>
    shape.foreignKeys.map(
      (key) => `ALTER TABLE ${quoted.mysql(shape.table)} ADD ${foreignKeyClause('mysql', key)};\n`,
    ),
  );
  return [...shapes.map((shape) => mysqlTable(shape, false, false)), ...keys].join('\n');
}

/** The text of a script that creates one table where it is missing. */
export function scriptSql(engine, shape) {
  return engine === 'sqlite'
    ? [sqliteTable(shape, true), ...sqliteIndexes(shape, true)].join('\n')
    : mysqlTable(shape, true, true);
}
