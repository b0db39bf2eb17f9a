import { DatabaseError } from '../errors.js';
import { models, type ModelColumn } from '../generated/columns.js';

const writes = /^(create|update|upsert)/;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array)
  );
}

/** Characters as databases count them: code points, not UTF-16 units. */
function exceeds(text: string, characters: number): boolean {
  return text.length > characters && Array.from(text).length > characters;
}

/** Refuses a value that its column cannot hold, on both engines alike. */
export function checkColumn(
  table: string,
  { column, type, maxCharacters, maxBytes }: ModelColumn,
  value: unknown,
) {
  const place = { table, columns: [column] };
  if (type === 'Int' && typeof value === 'number' && (value | 0) !== value) {
    throw new DatabaseError('out_of_range', `${column} must be a whole number of 32 bits.`, place);
  }
  if (typeof value !== 'string' || type !== 'String') return;
  if (value.includes('\0')) {
    throw new DatabaseError('invalid_value', `${column} must not contain NUL.`, place);
  }
  if (maxCharacters !== undefined && exceeds(value, maxCharacters)) {
    throw new DatabaseError('too_long', `${column} is too long: at most ${maxCharacters} characters.`, place);
  }
  if (maxBytes !== undefined && value.length * 3 > maxBytes && Buffer.byteLength(value) > maxBytes) {
    throw new DatabaseError('too_long', `${column} is too long: at most ${maxBytes} bytes.`, place);
  }
}

function checkData(model: string, data: unknown): void {
  if (Array.isArray(data)) {
    for (const row of data) checkData(model, row);
    return;
  }
  const description = models[model];
  if (!description || !isRecord(data)) return;
  for (const [field, value] of Object.entries(data)) {
    const column = description.columns[field];
    const related = description.relations[field];
    if (column)
      checkColumn(description.table, column, isRecord(value) && 'set' in value ? value['set'] : value);
    else if (related) checkNested(related, value);
  }
}

/** Nested writes: `{ create, createMany: { data }, update: { data }, upsert: { create, update }, … }`. */
function checkNested(model: string, nested: unknown): void {
  if (Array.isArray(nested)) {
    for (const entry of nested) checkNested(model, entry);
    return;
  }
  if (!isRecord(nested)) return;
  for (const [key, value] of Object.entries(nested)) {
    if (key === 'where') continue;
    if (key === 'create' || key === 'data') checkData(model, value);
    else if (key === 'update' || key === 'updateMany') {
      checkNested(model, value);
      checkData(model, value);
    } else checkNested(model, value);
  }
}

/** Holds the values of a write, nested ones too, against the lengths of their columns. */
export function checkWrite(model: string | undefined, operation: string, args: unknown): void {
  if (model === undefined || !writes.test(operation) || !isRecord(args)) return;
  checkData(model, args['data']);
  checkData(model, args['create']);
  checkData(model, args['update']);
}
