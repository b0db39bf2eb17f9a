import type { Dialect } from './dialect.js';

export const sqliteDialect: Dialect = {
  onConflict: (keyColumns, assignments) =>
    `ON CONFLICT (${keyColumns.join(', ')}) DO UPDATE SET ${assignments}`,
  incoming: (column) => `excluded.${column}`,
};
