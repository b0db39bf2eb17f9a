import { storableJson } from '../sql/json.js';

function sorted(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}

/**
 * One text for one value whatever the order of its keys: whole numbers of any size as decimal texts, instants as
 * ISO 8601. Parsing the text and writing it again gives the same text, also after MySQL has reordered the keys.
 */
export function canonicalJson(value: object): string {
  return storableJson(sorted(value)) ?? '{}';
}
