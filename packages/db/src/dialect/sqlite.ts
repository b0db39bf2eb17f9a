import type { Dialect } from './dialect.js';
import { textsOf } from './json-items.js';

export const sqliteDialect: Dialect = {
  onConflict: (keyColumns, assignments) =>
    `ON CONFLICT (${keyColumns.join(', ')}) DO UPDATE SET ${assignments}`,
  incoming: (column) => `excluded.${column}`,
  insertMissing: {
    verb: 'INSERT INTO',
    ending: (keyColumns) => `ON CONFLICT (${keyColumns.join(', ')}) DO NOTHING`,
  },
  // An expression has no declared type, so that no driver reads it as JSON before we do.
  jsonValue: (column) => `+${column}`,
  // Its planner takes the longest part of an index that the conditions allow.
  followIndex: () => '',
  jsonItems: (json, places) => ({
    from: `json_each(${json}) AS item`,
    // Whole numbers in JSON would be added up as such, and overflow.
    item: textsOf(places, (_name, type, place) =>
      type === 'real'
        ? `CAST(json_extract(item.value, '$[${place}]') AS REAL)`
        : `json_extract(item.value, '$[${place}]')`,
    ),
  }),
  // As instants are kept: ISO 8601 with milliseconds.
  instantAt: (seconds) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${seconds}, 'unixepoch')`,
  secondsAgo: (seconds) => `strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-${seconds} seconds')`,
  // A writing transaction has the file for itself.
  currentRead: '',
};
