/** Rows in one statement: far from both engines' limits of parameters with up to sixteen columns. */
const ROWS_AT_ONCE = 250;
/** Sizes to which lists are filled up, so that few different statements are prepared. */
const LIST_SIZES = [1, 5, 25, 100, 250] as const;

/** Splits work that may be of any size into statements of bounded size. */
export function chunked<Item>(items: readonly Item[], size: number = ROWS_AT_ONCE): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** A list for `IN (…)` with its parameters, filled up by repeating the last one. At most 250 values, at least one. */
export function inList(values: readonly string[]): { marks: string; parameters: string[] } {
  const size = LIST_SIZES.find((one) => one >= values.length) ?? values.length;
  const filler = values.at(-1) ?? '';
  const parameters = Array.from({ length: size }, (_, index) => values[index] ?? filler);
  return { marks: parameters.map(() => '?').join(', '), parameters };
}
