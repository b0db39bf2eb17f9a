import type { Connection, RowDataPacket } from 'mysql2/promise';
import { withConnection } from './mariadb-database.js';

async function textOf(connection: Connection, query: string, column: string): Promise<string> {
  const [rows] = await connection.query<RowDataPacket[]>(query);
  return String(rows[0]?.[column]);
}

/**
 * The statements that make an empty database on the same server the same as the one at `url`: tables with
 * their keys, rows (read from that database, which must stay) and triggers.
 */
export async function copyStatements(url: string): Promise<string> {
  const database = new URL(url).pathname.slice(1);
  return withConnection(url, async (connection) => {
    const statements = ['SET foreign_key_checks = 0'];
    const [tables] = await connection.query<RowDataPacket[]>(
      'SHOW FULL TABLES WHERE Table_type = "BASE TABLE"',
    );
    for (const table of tables.map((row) => `\`${String(Object.values(row)[0])}\``)) {
      statements.push(await textOf(connection, `SHOW CREATE TABLE ${table}`, 'Create Table'));
      const [rows] = await connection.query<RowDataPacket[]>(`SELECT 1 FROM ${table} LIMIT 1`);
      if (rows.length > 0) statements.push(`INSERT INTO ${table} SELECT * FROM ${database}.${table}`);
    }
    const [triggers] = await connection.query<RowDataPacket[]>('SHOW TRIGGERS');
    for (const { Trigger: name, sql_mode: mode } of triggers) {
      statements.push(`SET sql_mode = ${connection.escape(mode)}`);
      statements.push(
        await textOf(connection, `SHOW CREATE TRIGGER \`${String(name)}\``, 'SQL Original Statement'),
      );
    }
    return statements.join(';\n');
  });
}
