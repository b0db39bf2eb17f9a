import { storableJson } from './json.js';
import { Decimal } from '@prisma/client/runtime/client';
import { DatabaseError } from '../errors.js';

/** What may be bound to a `?`. Instants go as UTC with milliseconds; JSON as its text, see `jsonText`. */
export type SqlValue = string | number | bigint | boolean | Date | Uint8Array | null;

/** A row as an engine gives it, before its columns are read. */
export type RawRow = Readonly<Record<string, unknown>>;

/** Reads one column: gives the same type whatever the engine and the protocol. */
export interface ColumnReader<Value> {
  readonly read: (raw: unknown) => Value | undefined;
  readonly expected: string;
}

function reader<Value>(expected: string, read: (raw: unknown) => Value | undefined): ColumnReader<Value> {
  return { expected, read };
}

function readWhole(raw: unknown): bigint | undefined {
  if (typeof raw === 'bigint') return raw;
  if (typeof raw === 'number') return Number.isSafeInteger(raw) ? BigInt(raw) : undefined;
  if (typeof raw === 'string' && /^-?\d+$/.test(raw)) return BigInt(raw);
  // Sums come as decimals: text from one driver, an object from the other.
  const text = raw instanceof Decimal ? raw.toFixed() : raw;
  return typeof text === 'string' && /^-?\d+(\.0+)?$/.test(text)
    ? BigInt(text.split('.')[0] ?? '')
    : undefined;
}

function readInstant(raw: unknown): Date | undefined {
  if (raw instanceof Date) return raw;
  if (typeof raw !== 'string') return undefined;
  const text = raw.includes('T') ? raw : `${raw.replace(' ', 'T')}Z`;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

function readInt(raw: unknown): number | undefined {
  const whole = readWhole(raw);
  const value = whole === undefined ? undefined : Number(whole);
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

function readReal(raw: unknown): number | undefined {
  if (raw === null || typeof raw === 'boolean' || raw === '') return undefined;
  const value = Number(raw);
  return Number.isNaN(value) ? undefined : value;
}

function readBoolean(raw: unknown): boolean | undefined {
  if (typeof raw === 'boolean') return raw;
  if (raw === 0 || raw === 1) return raw === 1;
  const whole = readWhole(raw);
  return whole === 0n ? false : whole === 1n ? true : undefined;
}

function readJson(raw: unknown): unknown {
  return typeof raw === 'string' ? JSON.parse(raw) : (raw ?? undefined);
}

function readJsonValue(raw: unknown): unknown {
  if (typeof raw === 'string') return JSON.parse(raw);
  return typeof raw === 'number' ? raw : readInt(raw);
}

/** How the columns of a direct query are read. `nullable` wraps any of the others. */
export const column = {
  text: reader('text', (raw) => (typeof raw === 'string' ? raw : undefined)),
  /** A whole number within 2^53. */
  int: reader('a whole number within 2^53', readInt),
  /** A whole number of any size: powers, sums, sequences. */
  bigint: reader('a whole number', readWhole),
  real: reader('a number', readReal),
  boolean: reader('a boolean', readBoolean),
  instant: reader('an instant', readInstant),
  bytes: reader('bytes', (raw) => (raw instanceof Uint8Array ? raw : undefined)),
  /** A JSON column; ours hold objects and arrays. */
  json: reader<unknown>('JSON', readJson),
  /** A JSON column of any kind of value, selected through the dialect's `jsonValue`. */
  jsonValue: reader<unknown>('JSON', readJsonValue),
  nullable: <Value>(of: ColumnReader<Value>): ColumnReader<Value | null> =>
    reader(`${of.expected} or null`, (raw) => (raw === null || raw === undefined ? null : of.read(raw))),
} as const;

export type Columns = Readonly<Record<string, ColumnReader<unknown>>>;

/** The row that a set of column readers gives. */
export type RowOf<C extends Columns> = {
  readonly [K in keyof C]: C[K] extends ColumnReader<infer Value> ? Value : never;
};

/** Reads the columns out of raw rows; a missing or unexpected one is an error that names it, not its value. */
export function readRows<C extends Columns>(raw: readonly RawRow[], columns: C): RowOf<C>[];
export function readRows(raw: readonly RawRow[], columns: Columns): RawRow[] {
  // Rows are many and have the same columns: those are listed once.
  const listed = Object.entries(columns);
  return raw.map((rawRow) => {
    const row: Record<string, unknown> = {};
    for (const [name, column] of listed) {
      const rawValue = rawRow[name];
      if (rawValue === undefined && !(name in rawRow))
        throw new DatabaseError('misuse', `The query gives no column "${name}".`);
      const value = column.read(rawValue);
      if (value === undefined) {
        throw new DatabaseError('invalid_value', `Column "${name}" of the query is not ${column.expected}.`);
      }
      row[name] = value;
    }
    return row;
  });
}

/** The text that stands for a value in a JSON column. */
export function jsonText(value: unknown): string {
  const text = storableJson(value);
  if (text === undefined) throw new DatabaseError('invalid_value', 'The value has no form in JSON.');
  return text;
}
