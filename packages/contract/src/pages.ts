import { z } from 'zod';
import { limits } from './limits.js';

/** Where a page starts: the `nextCursor` of the page before it. */
export const cursor = z
  .string()
  .min(1)
  .max(limits.cursorMax)
  .regex(/^[A-Za-z0-9_-]+$/, 'must be the nextCursor of the page before');

/** The page fields of a list's input; `max` is the largest page the list gives. */
export function pageInput(max: number = limits.pageMax) {
  return {
    limit: z.int().min(1).max(max).default(Math.min(limits.pageDefault, max)),
    cursor: cursor.optional(),
  };
}

/** The input of a list that asks for nothing but a page; without input it gives the first one. */
export const listInput = z.strictObject(pageInput()).prefault({});

/** The page fields of a list that also works by `offset` on its shallow pages. */
export function offsetPageInput(max: number = limits.pageMax) {
  return { ...pageInput(max), offset: z.int().min(0).max(limits.offsetMax).optional() };
}

/** A page of `item`s; `nextCursor` is null on the last one. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: cursor.nullable() });
}

/** A page with the count of all rows: exact up to `limits.exactTotalMax`, then a lower bound marked so. */
export function countedPage<Item extends z.ZodType>(item: Item) {
  return page(item).extend({
    total: z.int().min(0),
    totalIsLowerBound: z.boolean(),
    hasMore: z.boolean(),
  });
}
