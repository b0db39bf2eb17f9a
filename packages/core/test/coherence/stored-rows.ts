import { column, type Database } from '@slimy/db';

/** Where the program notes what it did and who runs it: rows there do not make a change. */
const records = new Set([
  'audit_logs',
  'audit_personal',
  'audit_seals',
  'outbox',
  'rooms',
  'program_processes',
]);

const catalogue = {
  sqlite: `SELECT m.name AS tbl, p.name AS col FROM sqlite_master m JOIN pragma_table_info(m.name) p
           WHERE m.type = 'table' ORDER BY m.name, p.cid`,
  mysql: `SELECT table_name AS tbl, column_name AS col FROM information_schema.columns
          WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
} as const;

const asText = {
  sqlite: (columns: readonly string[]) => columns.map((name) => `quote("${name}")`).join(` || ',' || `),
  mysql: (columns: readonly string[]) =>
    `CONCAT_WS(',', ${columns.map((name) => `IFNULL(HEX(\`${name}\`), '-')`).join()})`,
} as const;

/** Reads everything that is stored, without the program's own records; meant for small worlds. */
export type ReadStoredRows = () => Promise<ReadonlySet<string>>;

/** Prepares one statement over all tables of a migrated database. */
export async function storedRowsOf({ sql, engine }: Database): Promise<ReadStoredRows> {
  const columns = await sql.query(catalogue[engine], [], { tbl: column.text, col: column.text });
  const tables = [...new Set(columns.map(({ tbl }) => tbl))];
  const statement = tables
    .filter((table) => !records.has(table) && !/^(_|sqlite_)/.test(table))
    .map((table) => {
      const own = columns.filter(({ tbl }) => tbl === table).map(({ col }) => col);
      return `SELECT '${table}' AS tbl, ${asText[engine](own)} AS stored FROM ${table}`;
    })
    .join(' UNION ALL ');
  return async () => {
    const rows = await sql.query(statement, [], { tbl: column.text, stored: column.text });
    return new Set(rows.map(({ tbl, stored }) => `${tbl}: ${stored}`));
  };
}

/** All values of a column of texts. */
export async function storedTexts({ sql }: Database, table: string, name: string): Promise<string[]> {
  const rows = await sql.query(`SELECT ${name} AS text FROM ${table}`, [], { text: column.text });
  return rows.map(({ text }) => text);
}
