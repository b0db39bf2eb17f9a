import { ColumnTypeEnum, type ArgType, type ColumnType } from '@prisma/driver-adapter-utils';
import { DatabaseError } from '../errors.js';
import type { BoundValue } from './connection.js';

/**
 * A value as SQLite keeps it: instants as ISO 8601 text in UTC with milliseconds, which also sorts by time;
 * whole numbers as INTEGER, never as the REAL that the driver would make of them.
 */
export function bound(value: unknown): BoundValue {
  switch (typeof value) {
    case 'string':
      // The driver cuts a text at its first NUL.
      if (value.includes('\0')) throw new DatabaseError('invalid_value', 'A text must not contain NUL.');
      return value;
    case 'bigint':
      if (BigInt.asIntN(64, value) === value) return value;
      throw new DatabaseError('out_of_range', 'A whole number does not fit into 64 bits.');
    case 'number':
      return Number.isSafeInteger(value) ? BigInt(value) : value;
    case 'boolean':
      return value ? 1n : 0n;
    case 'undefined':
      return null;
    default:
      if (value === null || value instanceof Uint8Array) return value;
      if (value instanceof Date) return value.toISOString();
      throw new DatabaseError(
        'misuse',
        'Only texts, numbers, booleans, instants, bytes and null can be bound.',
      );
  }
}

/** A value as the client passes it to an adapter, with the type it has in the schema. */
export function boundArgument(value: unknown, type: ArgType | undefined): BoundValue {
  if (typeof value === 'string') {
    switch (type?.scalarType) {
      case 'int':
      case 'bigint':
        return bound(BigInt(value));
      case 'float':
      case 'decimal':
        return Number(value);
      case 'datetime':
        return new Date(value).toISOString();
      case 'bytes':
        return Buffer.from(value, 'base64');
      default:
        return bound(value);
    }
  }
  return bound(value);
}

const declaredTypes: Readonly<Record<string, ColumnType>> = {
  INTEGER: ColumnTypeEnum.Int32,
  INT: ColumnTypeEnum.Int32,
  BIGINT: ColumnTypeEnum.Int64,
  REAL: ColumnTypeEnum.Double,
  DOUBLE: ColumnTypeEnum.Double,
  BOOLEAN: ColumnTypeEnum.Boolean,
  DATETIME: ColumnTypeEnum.DateTime,
  TEXT: ColumnTypeEnum.Text,
  VARCHAR: ColumnTypeEnum.Text,
  JSON: ColumnTypeEnum.Json,
  JSONB: ColumnTypeEnum.Json,
  BLOB: ColumnTypeEnum.Bytes,
};

function inferred(values: readonly unknown[]): ColumnType {
  const value = values.find((candidate) => candidate !== null);
  switch (typeof value) {
    case 'string':
      return ColumnTypeEnum.Text;
    case 'bigint':
      return ColumnTypeEnum.Int64;
    case 'number':
      return ColumnTypeEnum.Double;
    case 'object':
      return ColumnTypeEnum.Bytes;
    default:
      return ColumnTypeEnum.Int32;
  }
}

/** The types of the columns of a result: as declared, or after the first value for an expression. */
export function columnTypes(declared: readonly (string | null)[], rows: readonly unknown[][]): ColumnType[] {
  return declared.map(
    (type, index) =>
      (type === null ? undefined : declaredTypes[type.toUpperCase().replace(/\(.*$/, '').trim()]) ??
      inferred(rows.map((row) => row[index])),
  );
}

/** A stored value in the form the client reads. */
export function clientValue(value: unknown, type: ColumnType | undefined): unknown {
  // A bare number in a JSON column is stored as a number, for the column's affinity is numeric.
  if (type === ColumnTypeEnum.Json && (typeof value === 'bigint' || typeof value === 'number')) {
    return value.toString();
  }
  if (typeof value !== 'bigint') return value;
  if (type === ColumnTypeEnum.Boolean) return value !== 0n;
  return type === ColumnTypeEnum.Int64 ? value.toString() : Number(value);
}
