import { readdirSync, readFileSync } from 'node:fs';
import { readSchema, type SchemaField, type SchemaModel } from '../../scripts/schema-model.mjs';
import type { Database } from '../../src/index.ts';

const folder = new URL('../../../../prisma/schema/', import.meta.url);

/** The text of the whole schema. */
export function schemaText(): string {
  return readdirSync(folder)
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
}

const types = {
  mysql: {
    Boolean: 'BOOLEAN',
    Int: 'INTEGER',
    BigInt: 'BIGINT',
    Float: 'DOUBLE',
    DateTime: 'DATETIME(3)',
    Json: 'JSON',
  },
  sqlite: {
    Boolean: 'BOOLEAN',
    Int: 'INTEGER',
    BigInt: 'BIGINT',
    Float: 'REAL',
    DateTime: 'DATETIME',
    Json: 'JSONB',
  },
} as const;

function columnSql(engine: 'mysql' | 'sqlite', field: SchemaField): string {
  const text =
    engine === 'mysql' ? (field.length === undefined ? 'TEXT' : `VARCHAR(${field.length})`) : 'TEXT';
  const type = Object.entries(types[engine]).find(([name]) => name === field.type)?.[1] ?? text;
  if (field.default === 'autoincrement()') {
    return engine === 'mysql'
      ? `\`${field.column}\` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY`
      : `\`${field.column}\` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT`;
  }
  const nullable = field.optional ? 'NULL' : 'NOT NULL';
  return `\`${field.column}\` ${type} ${nullable}${field.default === undefined ? '' : ` DEFAULT ${field.default}`}${field.id ? ' PRIMARY KEY' : ''}`;
}

function keysOf(model: SchemaModel, models: readonly SchemaModel[]): string[] {
  return model.fields.flatMap((field) => {
    const own = model.fields.find(({ name }) => name === field.relationFields?.[0]);
    const table = models.find(({ name }) => name === field.type)?.table;
    if (!own || table === undefined) return [];
    const onDelete = field.onDelete === 'SetNull' ? 'SET NULL' : 'CASCADE';
    return [
      `FOREIGN KEY (\`${own.column}\`) REFERENCES \`${table}\` (id) ON DELETE ${onDelete} ON UPDATE CASCADE`,
    ];
  });
}

/** Makes the tables of the schema as they stand, for tests of what lies below the migrations. */
export async function createTables(database: Database): Promise<void> {
  const { models } = readSchema(schemaText());
  const { engine, sql } = database;
  const names: Record<string, number> = { users: 2, guilds: 1, conversations: 3, audit_logs: 1 };
  const ordered = [...models].sort((a, b) => (names[a.table] ?? 9) - (names[b.table] ?? 9));
  for (const model of ordered) {
    const columns = model.fields.filter(({ scalar }) => scalar).map((field) => columnSql(engine, field));
    // Guilds and people refer to each other; one direction is enough here.
    const keys = model.table === 'guilds' ? [] : keysOf(model, models);
    const options = engine === 'mysql' ? 'DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : '';
    await sql.execute(`CREATE TABLE \`${model.table}\` (${[...columns, ...keys].join(', ')}) ${options}`);
    for (const { kind, fields } of model.indexes) {
      if (kind === 'id') continue;
      const names = fields.map((name) => model.fields.find((field) => field.name === name)?.column ?? '');
      const suffix = kind === 'unique' ? 'key' : 'idx';
      await sql.execute(
        `CREATE ${kind === 'unique' ? 'UNIQUE ' : ''}INDEX ${model.table}_${names.join('_')}_${suffix} ON \`${model.table}\` (${names.map((name) => `\`${name}\``).join(', ')})`,
      );
    }
  }
}
