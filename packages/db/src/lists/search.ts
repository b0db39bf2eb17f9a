import { normaliseName } from '../normalise.js';

/**
 * The pattern for `LIKE ?` over a normalised column that finds what was typed anywhere in it. Nothing needs to be
 * escaped, see `normaliseName`. Null when nothing is left to search by; such a search finds nothing.
 */
export function searchPattern(typed: string): string | null {
  const key = normaliseName(typed);
  return key === '' ? null : `%${key}%`;
}
