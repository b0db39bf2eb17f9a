import type { Database } from '../../src/index.ts';
import { manyRows } from './many-rows-tables.ts';

/**
 * So many rows (a multiple of 1,000, at most 100,000) in every table that grows; a thousandth of what waits for
 * somebody (outbox, jobs, rollups, archives) still waits.
 */
export async function fillTables({ engine, sql }: Database, rows: number): Promise<void> {
  await sql.execute('CREATE TABLE digits (d INTEGER NOT NULL PRIMARY KEY)');
  await sql.execute('INSERT INTO digits (d) VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)');
  const numbers = `(SELECT a.d + b.d * 10 + c.d * 100 + e.d * 1000 + f.d * 10000 AS n
    FROM digits a, digits b, digits c, digits e, digits f) numbers WHERE n < ${rows}`;
  for (const [table, columns] of Object.entries(manyRows(engine))) {
    const names = Object.keys(columns)
      .map((name) => `\`${name}\``)
      .join(', ');
    await sql.execute(
      `INSERT INTO ${table} (${names}) SELECT ${Object.values(columns).join(', ')} FROM ${numbers}`,
    );
    await sql.execute(engine === 'mysql' ? `ANALYZE TABLE ${table}` : `ANALYZE ${table}`);
  }
}
