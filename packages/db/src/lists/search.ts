import { normaliseName } from '../normalise.js';

type ContainsAny<Field extends string> = {
  OR: { [K in Field]?: { contains: string } }[];
};

/**
 * The rows where any of the normalised columns contains what was typed: a condition for the typed tables. Null
 * when nothing is left of the text to search by; such a search finds nothing.
 */
export function search<const Field extends `${string}Key`>(
  fields: readonly Field[],
  typed: string,
): ContainsAny<Field> | null;
export function search(fields: readonly string[], typed: string): unknown {
  const key = normaliseName(typed);
  return key === '' ? null : { OR: fields.map((field) => ({ [field]: { contains: key } })) };
}

/** The pattern of the same search for `LIKE ?` in direct SQL over normalised columns; null as for `search`. */
export function searchPattern(typed: string): string | null {
  const key = normaliseName(typed);
  return key === '' ? null : `%${key}%`;
}
