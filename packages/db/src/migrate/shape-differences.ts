import type { ColumnShape, ForeignKeyShape, IndexShape, TableShape } from './table-shape.js';
import type { TriggerShape } from './trigger-shape.js';

function show(value: unknown): string {
  if (Array.isArray(value)) return `(${value.join(', ')})`;
  if (value === null) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The properties in which two things of one name differ, as lines. */
function propertyLines<Shape extends object>(
  what: string,
  expected: Shape,
  found: Shape,
  properties: Readonly<Partial<Record<keyof Shape & string, string>>>,
): string[] {
  return Object.entries(properties).flatMap(([property, label]) => {
    const wanted = show(Reflect.get(expected, property));
    const present = show(Reflect.get(found, property));
    return wanted === present ? [] : [`${what}: ${String(label)} is ${present}, expected ${wanted}`];
  });
}

/** Pairs things by name: what is missing, what is there but unknown, and what both sides have. */
function pairLines<Shape>(
  expected: readonly Shape[],
  found: readonly Shape[],
  nameOf: (shape: Shape) => string,
  describe: (name: string) => string,
  compare: (what: string, expected: Shape, found: Shape) => string[],
): string[] {
  const present = new Map(found.map((shape) => [nameOf(shape), shape]));
  const wanted = new Set(expected.map(nameOf));
  const lines = expected.flatMap((shape) => {
    const name = nameOf(shape);
    const other = present.get(name);
    return other ? compare(describe(name), shape, other) : [`${describe(name)} is missing`];
  });
  const extra = [...present.keys()].filter((name) => !wanted.has(name));
  return [...lines, ...extra.map((name) => `${describe(name)} is not in the schema`)];
}

const COLUMN_LABELS: Record<Exclude<keyof ColumnShape, 'name'>, string> = {
  type: 'type',
  length: 'length',
  nullable: 'nullable',
  default: 'default',
  collation: 'collation',
  autoIncrement: 'auto-increment',
};
const INDEX_LABELS: Record<Exclude<keyof IndexShape, 'name'>, string> = {
  unique: 'unique',
  columns: 'columns in order',
};
const KEY_LABELS: Record<Exclude<keyof ForeignKeyShape, 'columns'>, string> = {
  name: 'name',
  table: 'referenced table',
  references: 'referenced columns',
  onDelete: 'on delete',
  onUpdate: 'on update',
};

const TRIGGER_LABELS: Record<Exclude<keyof TriggerShape, 'name'>, string> = {
  table: 'table',
  timing: 'timing',
  event: 'event',
  body: 'body',
};

function tableLines(what: string, expected: TableShape, found: TableShape): string[] {
  const { table } = expected;
  return [
    ...propertyLines(what, expected, found, { storage: 'storage and collation', primaryKey: 'primary key' }),
    ...pairLines(
      expected.columns,
      found.columns,
      ({ name }) => name,
      (name) => `column ${table}.${name}`,
      (column, wanted, present) => propertyLines(column, wanted, present, COLUMN_LABELS),
    ),
    ...pairLines(
      expected.indexes,
      found.indexes,
      ({ name }) => name,
      (name) => `index ${name} of ${table}`,
      (index, wanted, present) => propertyLines(index, wanted, present, INDEX_LABELS),
    ),
    ...pairLines(
      expected.foreignKeys,
      found.foreignKeys,
      ({ columns }) => columns.join(', '),
      (columns) => `foreign key ${table} (${columns})`,
      (key, wanted, present) => propertyLines(key, wanted, present, KEY_LABELS),
    ),
  ];
}

/** Every difference between the tables the schema expects and those found, one line each; none means no drift. */
export function shapeDifferences(expected: readonly TableShape[], found: readonly TableShape[]): string[] {
  return pairLines(
    expected,
    found,
    ({ table }) => table,
    (table) => `table ${table}`,
    tableLines,
  );
}

/** Every difference between the triggers that should be and those found, one line each. */
export function triggerDifferences(
  expected: readonly TriggerShape[],
  found: readonly TriggerShape[],
): string[] {
  return pairLines(
    expected,
    found,
    ({ name }) => name,
    (name) => `trigger ${name}`,
    (trigger, wanted, present) => propertyLines(trigger, wanted, present, TRIGGER_LABELS),
  );
}
