import type { SqlValue } from '../sql/values.js';

export type Direction = 'asc' | 'desc';

type Beyond<Value> = { lt: Value } | { gt: Value };

/** The condition of a typed table for the rows after a place in a list. */
export interface After<First extends string, FirstValue, Second extends string, SecondValue> {
  AND: [
    { [K in First]: { lte: FirstValue } | { gte: FirstValue } },
    {
      OR: [
        { [K in First]: Beyond<FirstValue> },
        { [K in First]: FirstValue } & { [K in Second]: Beyond<SecondValue> },
      ];
    },
  ];
}

/**
 * The rows that come after a row in a list ordered by two fields in one direction, the second one unique:
 * `a < x OR (a = x AND b < y)`, the form by which MySQL's optimiser uses the whole of the index; and besides
 * `a <= x`, without which SQLite would read the list from its beginning.
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
    AND: [
      { [firstField]: { [`${operator}e`]: firstValue } },
      {
        OR: [
          { [firstField]: { [operator]: firstValue } },
          { [firstField]: firstValue, [secondField]: { [operator]: secondValue } },
        ],
      },
    ],
  };
}

type SqlPlace = readonly [column: string, value: SqlValue];

function behind(operator: string, [[name], ...rest]: readonly [SqlPlace, ...SqlPlace[]]): string {
  const [next, ...others] = rest;
  return next
    ? `(${name} ${operator} ? OR (${name} = ? AND ${behind(operator, [next, ...others])}))`
    : `${name} ${operator} ?`;
}

/**
 * The same condition for direct SQL, with its parameters, over two or more columns in one direction, the last one
 * unique among equals. Column names come from the program, never from a caller.
 */
export function afterSql(
  direction: Direction,
  ...places: readonly [SqlPlace, SqlPlace, ...SqlPlace[]]
): { readonly text: string; readonly parameters: readonly SqlValue[] } {
  const operator = direction === 'desc' ? '<' : '>';
  const [[first, firstValue]] = places;
  const last = places.length - 1;
  return {
    text: `(${first} ${operator}= ? AND ${behind(operator, places)})`,
    parameters: [
      firstValue,
      ...places.flatMap(([, value], index) => (index < last ? [value, value] : [value])),
    ],
  };
}
