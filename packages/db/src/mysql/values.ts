import { ColumnTypeEnum, type ArgType, type ColumnType } from '@prisma/driver-adapter-utils';
import mysql2, { type ExecuteValues, type FieldPacket } from 'mysql2';
import { DatabaseError } from '../errors.js';
import type { SqlValue } from '../sql/values.js';

// A name that Node does not see among the exports of a CommonJS module.
const { TypedParameter } = mysql2;

function wholeNumber(value: bigint): ExecuteValues {
  if (BigInt.asIntN(64, value) !== value) {
    throw new DatabaseError('out_of_range', 'A whole number does not fit into 64 bits.');
  }
  // The driver would send it as text, which the server compares with numbers as floating point.
  return TypedParameter.BIGINT(value);
}

let minute = Number.NaN;
let textOfMinute = '';

/** UTC with milliseconds. Thousands at once are mostly of few minutes, so the text of the last one is kept. */
function instant(value: Date): string {
  const ms = value.getTime();
  const itsMinute = Math.floor(ms / 60_000);
  if (itsMinute !== minute) {
    textOfMinute = value.toISOString().slice(0, -'00.000Z'.length).replace('T', ' ');
    minute = itsMinute;
  }
  const within = ms - itsMinute * 60_000;
  const seconds = Math.floor(within / 1000);
  const rest = within % 1000;
  return `${textOfMinute}${seconds < 10 ? '0' : ''}${seconds}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}`;
}

/** A value as it is sent: instants as UTC text with milliseconds, whole numbers with all their digits. */
export function bound(value: unknown): ExecuteValues {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'bigint':
      return wholeNumber(value);
    case 'number':
      return Number.isSafeInteger(value) ? wholeNumber(BigInt(value)) : value;
    case 'undefined':
      return null;
    default:
      if (value === null) return null;
      if (value instanceof Date) return instant(value);
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      throw new DatabaseError(
        'misuse',
        'Only texts, numbers, booleans, instants, bytes and null can be bound.',
      );
  }
}

/** A value as the driver writes it into the text of a statement, escaped: the same value as `bound` sends. */
export function escapable(value: SqlValue): ExecuteValues {
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) return wholeNumber(value);
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new DatabaseError('out_of_range', 'A number must be finite.');
    return value;
  }
  return bound(value);
}

/** A value as the client passes it to an adapter, with the type it has in the schema. */
export function boundArgument(value: unknown, type: ArgType | undefined): ExecuteValues {
  if (typeof value !== 'string') return bound(value);
  switch (type?.scalarType) {
    case 'int':
    case 'bigint':
      return wholeNumber(BigInt(value));
    case 'float':
      return Number(value);
    case 'datetime':
      return instant(new Date(value));
    case 'bytes':
      return Buffer.from(value, 'base64');
    default:
      return value;
  }
}

/** Numbers of the protocol: the type of a column, and the character set that means bytes. */
const BINARY = 63;
const columnTypes: Readonly<Record<number, ColumnType>> = {
  0: ColumnTypeEnum.Numeric,
  1: ColumnTypeEnum.Int32,
  2: ColumnTypeEnum.Int32,
  3: ColumnTypeEnum.Int32,
  4: ColumnTypeEnum.Float,
  5: ColumnTypeEnum.Double,
  6: ColumnTypeEnum.Int32,
  7: ColumnTypeEnum.DateTime,
  8: ColumnTypeEnum.Int64,
  9: ColumnTypeEnum.Int32,
  12: ColumnTypeEnum.DateTime,
  245: ColumnTypeEnum.Json,
  246: ColumnTypeEnum.Numeric,
};

/** The type of a column of a result; what is not named is text or bytes. */
export function columnType({ columnType: type, extendedFormat, characterSet }: FieldPacket): ColumnType {
  if (extendedFormat === 'json') return ColumnTypeEnum.Json;
  const fallback = characterSet === BINARY ? ColumnTypeEnum.Bytes : ColumnTypeEnum.Text;
  return type === undefined ? fallback : (columnTypes[type] ?? fallback);
}

/** A value of a result in the form the client reads. */
export function clientValue(value: unknown, type: ColumnType | undefined): unknown {
  return type === ColumnTypeEnum.DateTime && typeof value === 'string'
    ? `${value.replace(' ', 'T')}Z`
    : value;
}
