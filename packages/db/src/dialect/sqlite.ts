import type { Dialect } from './dialect.js';

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
  // A writing transaction has the file for itself.
  currentRead: '',
};
