/** A page of rows; `nextCursor` is null on the last one. */
export interface Page<Row> {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
}

/** A count that is exact up to a bound. */
export interface BoundedCount {
  readonly total: number;
  readonly isLowerBound: boolean;
}

/** How a page is asked for: after the page before it, or by offset on the shallow pages. */
export interface PageRequest {
  readonly limit: number;
  /** The `nextCursor` of the page before. A cursor of another list is an `InvalidCursorError`. */
  readonly cursor?: string | undefined;
  readonly offset?: number | undefined;
}

/** Cuts the one row too many that a page query reads, and makes the cursor of the next page of the last row. */
export function pageOf<Row>(rows: readonly Row[], limit: number, cursorOf: (row: Row) => string): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}

/** A count that was stopped one past the bound. */
export function boundedCount(counted: number, most: number): BoundedCount {
  return { total: Math.min(counted, most), isLowerBound: counted > most };
}
