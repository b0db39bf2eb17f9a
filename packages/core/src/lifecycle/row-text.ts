import type { PlainRow } from '@slimy/db';

/** A column of a row that is a text. @throws TypeError where it is none */
export function textOf(row: PlainRow, name: string): string {
  const value = row[name];
  if (typeof value !== 'string') throw new TypeError(`A row has no text in ${name}.`);
  return value;
}
