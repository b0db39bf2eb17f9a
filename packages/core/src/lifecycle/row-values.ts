import type { PlainRow } from '@slimy/db';

/** A column of a row that is a text. @throws TypeError where it is none */
export function textOf(row: PlainRow, name: string): string {
  const value = row[name];
  if (typeof value !== 'string') throw new TypeError(`A row has no text in ${name}.`);
  return value;
}

/** Whether a value of a row is a row itself, such as the personal part of a record. */
export function isPlainRow(value: PlainRow[string] | undefined): value is PlainRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
