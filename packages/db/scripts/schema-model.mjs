/**
 * Reads the models out of formatted Prisma schema text: table, fields, columns, types and lengths. Only what
 * our portable subset uses is understood; anything else is an error, so that nothing is passed over silently.
 */

const SCALARS = new Set(['String', 'Boolean', 'Int', 'BigInt', 'Float', 'DateTime', 'Json', 'Bytes']);
/** Bytes that MySQL keeps in a column of this type. */
const TEXT_BYTES = { Text: 65_535, MediumText: 16_777_215, LongText: 4_294_967_295 };
const MYSQL_NAME_MAX = 64;

function attributeArguments(line, attribute) {
  const match = new RegExp(`${attribute}\\(([^)]*)\\)`).exec(line);
  return match?.[1];
}

function quoted(text) {
  return /"([^"]+)"/.exec(text ?? '')?.[1];
}

function fieldNames(text) {
  return /\[([^\]]*)\]/
    .exec(text ?? '')?.[1]
    ?.split(',')
    .map((name) => name.replace(/\(.*/, '').trim());
}

function readField(line) {
  const match = /^(\w+)\s+(\w+)(\?|\[\])?(.*)$/.exec(line);
  if (!match) throw new Error(`not a field: ${line}`);
  const [, name, type, modifier = '', rest = ''] = match;
  const native = /@db\.(\w+)(?:\((\d+)\))?/.exec(rest);
  return {
    name,
    type,
    scalar: SCALARS.has(type),
    list: modifier === '[]',
    optional: modifier === '?',
    column: quoted(attributeArguments(rest, '@map')) ?? name,
    native: native?.[1],
    length: native?.[2] === undefined ? undefined : Number(native[2]),
    maxCharacters: native?.[1] === 'VarChar' ? Number(native[2]) : undefined,
    maxBytes: TEXT_BYTES[native?.[1]],
    id: /\s@id\b/.test(rest),
    unique: /\s@unique\b/.test(rest),
    default: /@default\(((?:[^()]|\([^()]*\))*)\)/.exec(rest)?.[1],
    relationFields: fieldNames(/@relation\(.*?fields: (\[[^\]]*\])/.exec(rest)?.[1]),
    onDelete: /onDelete: (\w+)/.exec(rest)?.[1],
  };
}

function readModel(name, body) {
  const model = { name, table: name, fields: [], indexes: [] };
  for (const raw of body.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('//')) continue;
    const block = /^@@(\w+)\((.*)\)$/.exec(line);
    if (block?.[1] === 'map') model.table = quoted(block[2]);
    else if (block) model.indexes.push({ kind: block[1], fields: fieldNames(block[2]) ?? [] });
    else model.fields.push(readField(line));
  }
  for (const field of model.fields) {
    if (field.id) model.indexes.unshift({ kind: 'id', fields: [field.name] });
    if (field.unique) model.indexes.push({ kind: 'unique', fields: [field.name] });
  }
  return model;
}

/** The models of a schema, in the order of the text; `enums` are the names of enums, which we do not use. */
export function readSchema(text) {
  const models = [...text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name, body]) =>
    readModel(name, body),
  );
  const enums = [...text.matchAll(/^enum (\w+) \{/gm)].map(([, name]) => name);
  return { models, enums };
}

/** The unique indexes of a model under the names that Prisma and MySQL give them, in columns. */
export function uniqueIndexesOf(model) {
  const columnOf = (name) => model.fields.find((field) => field.name === name)?.column;
  return model.indexes
    .filter(({ kind }) => kind === 'unique' || kind === 'id')
    .map(({ kind, fields }) => {
      const columns = fields.map(columnOf);
      const named = `${model.table}_${columns.join('_')}`.slice(0, MYSQL_NAME_MAX - '_key'.length);
      const name = kind === 'id' ? 'PRIMARY' : `${named}_key`;
      return { name, table: model.table, columns };
    });
}

/** The same schema for SQLite: other provider and output, no native types. */
export function sqliteSchema(text) {
  return text
    .replace('provider = "mysql"', 'provider = "sqlite"')
    .replace('src/generated/mysql"', 'src/generated/sqlite"')
    .replace(/[ \t]+@db\.\w+(?:\([^)]*\))?/g, '');
}
