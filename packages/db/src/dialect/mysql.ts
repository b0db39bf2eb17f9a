import type { Dialect } from './dialect.js';
import { textsOf } from './json-items.js';

/** Types of places in JSON. Texts compare as those of our tables do. */
const itemTypes = {
  name: 'VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  whole: 'BIGINT',
  real: 'DOUBLE',
} as const;

/** What MariaDB and MySQL 8 both understand. */
export const mysqlDialect: Dialect = {
  onConflict: (_keyColumns, assignments) => `ON DUPLICATE KEY UPDATE ${assignments}`,
  incoming: (column) => `VALUES(${column})`,
  insertMissing: { verb: 'INSERT IGNORE INTO', ending: () => '' },
  jsonValue: (column) => `CAST(${column} AS CHAR)`,
  followIndex: (name) => `FORCE INDEX (${name})`,
  jsonItems(json, places) {
    const columns = textsOf(places, (name, type, place) => `${name} ${itemTypes[type]} PATH '$[${place}]'`);
    return {
      from: `JSON_TABLE(${json}, '$[*]' COLUMNS (${Object.values(columns).join(', ')})) AS item`,
      item: textsOf(places, (name) => `item.${name}`),
    };
  },
  instantAt: (seconds) => `(TIMESTAMP '1970-01-01 00:00:00.000' + INTERVAL ${seconds} SECOND)`,
  secondsAgo: (seconds) => `(UTC_TIMESTAMP(3) - INTERVAL ${seconds} SECOND)`,
  currentRead: 'LOCK IN SHARE MODE',
};
