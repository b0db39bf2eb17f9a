import type { SqlValue } from '../sql/values.js';

export type Direction = 'asc' | 'desc';

type Beyond<Value> = { lt: Value } | { gt: Value };

/** The condition of a typed table for the rows after a place in a list. */
export interface After<First extends string, FirstValue, Second extends string, SecondValue> {
  OR: [
    { [K in First]: Beyond<FirstValue> },
    { [K in First]: FirstValue } & { [K in Second]: Beyond<SecondValue> },
  ];
}

/**
 * The rows that come after a row in a list ordered by two fields in one direction, the second one unique:
 * `a < x OR (a = x AND b < y)`. Only this form lets MySQL's optimiser use the whole of the index.
 */
export function after<const First extends string, FirstValue, const Second extends string, SecondValue>(
  direction: Direction,
  first: readonly [field: First, value: FirstValue],
  second: readonly [field: Second, value: SecondValue],
): After<First, FirstValue, Second, SecondValue>;
export function after(
  direction: Direction,
  [firstField, firstValue]: readonly [string, unknown],
  [secondField, secondValue]: readonly [string, unknown],
): unknown {
  const operator = direction === 'desc' ? 'lt' : 'gt';
  return {
    OR: [
      { [firstField]: { [operator]: firstValue } },
      { [firstField]: firstValue, [secondField]: { [operator]: secondValue } },
    ],
  };
}

/** The same condition for direct SQL, with its parameters. Column names come from the program, never from a caller. */
export function afterSql(
  direction: Direction,
  [firstColumn, firstValue]: readonly [string, SqlValue],
  [secondColumn, secondValue]: readonly [string, SqlValue],
): { readonly text: string; readonly parameters: readonly SqlValue[] } {
  const operator = direction === 'desc' ? '<' : '>';
  return {
    text: `(${firstColumn} ${operator} ? OR (${firstColumn} = ? AND ${secondColumn} ${operator} ?))`,
    parameters: [firstValue, firstValue, secondValue],
  };
}
