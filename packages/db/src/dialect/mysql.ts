import type { Dialect } from './dialect.js';

/** What MariaDB and MySQL 8 both understand. */
export const mysqlDialect: Dialect = {
  onConflict: (_keyColumns, assignments) => `ON DUPLICATE KEY UPDATE ${assignments}`,
  incoming: (column) => `VALUES(${column})`,
  insertMissing: { verb: 'INSERT IGNORE INTO', ending: () => '' },
  jsonValue: (column) => `CAST(${column} AS CHAR)`,
  followIndex: (name) => `FORCE INDEX (${name})`,
  currentRead: 'LOCK IN SHARE MODE',
};
