import { personalTable, readPlainRows, tableColumns, type PlainRow, type SqlExecutor } from '@slimy/db';

const ROWS_AT_ONCE = 500;

/** All rows of a table in the order of its key. */
export async function* tablePages(sql: SqlExecutor, table: string): AsyncGenerator<PlainRow[], void> {
  const { key } = personalTable(table);
  const whole = tableColumns(table).find(({ name }) => name === key)?.type === 'BigInt';
  for (let after: string | null = null; ;) {
    const place = after === null ? [] : [whole ? BigInt(after) : after];
    const rows: PlainRow[] = await readPlainRows(sql, table, {
      ...(after !== null && { where: `\`${key}\` > ?` }),
      parameters: place,
      orderBy: `\`${key}\``,
      limit: ROWS_AT_ONCE,
    });
    const last = rows.at(-1)?.[key];
    if (typeof last !== 'string') return;
    yield rows;
    if (rows.length < ROWS_AT_ONCE) return;
    after = last;
  }
}
