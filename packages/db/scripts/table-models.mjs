// A Prisma generator: writes what the schema says about tables to src/generated/tables.ts, for the authoring of
// migrations and for the check of a database against the schema. Prisma speaks JSON-RPC with it, a message a line.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const output = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'generated', 'tables.ts');

const actions = {
  Cascade: 'CASCADE',
  SetNull: 'SET NULL',
  Restrict: 'RESTRICT',
  NoAction: 'NO ACTION',
  SetDefault: 'SET DEFAULT',
};

const columnName = (field) => field.dbName ?? field.name;
const tableName = (model) => model.dbName ?? model.name;

function columnModel(model, field) {
  const { type, nativeType } = field;
  if (field.kind !== 'scalar' || field.isList || type === 'Decimal') {
    throw new Error(`${model.name}.${field.name}: ${field.kind} ${type} is outside our portable subset`);
  }
  const isFunction = typeof field.default === 'object' && field.default !== null;
  const autoIncrement = isFunction && field.default.name === 'autoincrement';
  return {
    name: columnName(field),
    type,
    native: nativeType
      ? { name: nativeType[0], length: nativeType[1][0] === undefined ? null : Number(nativeType[1][0]) }
      : null,
    nullable: !field.isRequired,
    default: field.default === undefined || isFunction ? null : field.default,
    autoIncrement,
  };
}

function foreignKeyModel(model, field, models) {
  const target = models.find(({ name }) => name === field.type);
  const columnsOf = (owner, names) =>
    names.map((name) => columnName(owner.fields.find((candidate) => candidate.name === name)));
  return {
    columns: columnsOf(model, field.relationFromFields),
    table: tableName(target),
    references: columnsOf(target, field.relationToFields),
    // Prisma's defaults, where the schema is silent.
    onDelete: actions[field.relationOnDelete ?? (field.isRequired ? 'Restrict' : 'SetNull')],
    onUpdate: actions[field.relationOnUpdate ?? 'Cascade'],
  };
}

function tableModel(model, { models, indexes }) {
  const columnOf = (name) => columnName(model.fields.find((field) => field.name === name));
  const own = indexes.filter((index) => index.model === model.name);
  return {
    table: tableName(model),
    columns: model.fields.filter(({ kind }) => kind !== 'object').map((field) => columnModel(model, field)),
    primaryKey: own.find(({ type }) => type === 'id').fields.map(({ name }) => columnOf(name)),
    indexes: own
      .filter(({ type }) => type !== 'id')
      .map((index) => ({
        name: index.dbName ?? null,
        unique: index.type === 'unique',
        columns: index.fields.map(({ name, sortOrder }) => ({
          name: columnOf(name),
          order: sortOrder ?? 'asc',
        })),
      })),
    foreignKeys: model.fields
      .filter(({ relationFromFields }) => relationFromFields?.length > 0)
      .map((field) => foreignKeyModel(model, field, models)),
  };
}

function writeTables({ datamodel }) {
  const tables = datamodel.models.map((model) => tableModel(model, datamodel));
  writeFileSync(
    output,
    `// Generated from prisma/schema by scripts/table-models.mjs.
import type { TableModel } from '../migrate/table-model.js';

export const tableModels: readonly TableModel[] = ${JSON.stringify(tables, null, 2)};
`,
  );
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  const answer = (body) => process.stderr.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...body })}\n`);
  try {
    if (method === 'getManifest') {
      answer({ result: { manifest: { prettyName: 'table models', defaultOutput: dirname(output) } } });
      return;
    }
    // The schema derived for SQLite says nothing new, and lacks the lengths.
    if (params.datasources[0].activeProvider === 'mysql') writeTables(params.dmmf);
    answer({ result: null });
  } catch (error) {
    answer({ error: { code: -32000, message: error.message, data: { stack: error.stack } } });
  }
});
