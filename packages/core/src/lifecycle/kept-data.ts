import { personalTables, readPlainRows, type PlainRow, type SqlExecutor } from '@slimy/db';
import { finderOf, idOf, type DataSubject, type KeptRows } from './data-subject.js';

/** Columns that open doors; they are in no export. */
const secrets: ReadonlySet<string> = new Set(['token_hash', 'discord_access_token', 'discord_refresh_token']);
const ROWS_AT_ONCE = 200;

function withoutSecrets(row: PlainRow): PlainRow {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !secrets.has(name)));
}

/** Everything that the registry finds of a person or a guild, table by table, a bounded number of rows at a time. */
export async function* keptData(sql: SqlExecutor, subject: DataSubject): AsyncGenerator<KeptRows> {
  const id = idOf(subject);
  for (const declared of personalTables) {
    const finder = finderOf(declared, subject);
    if (finder === null) continue;
    const { table, key } = declared;
    for (let after: string | null = null; ;) {
      const rows: PlainRow[] = await readPlainRows(sql, table, {
        where: after === null ? `(${finder})` : `(${finder}) AND ${key} > ?`,
        parameters: after === null ? [id] : [id, after],
        orderBy: key,
        limit: ROWS_AT_ONCE,
      });
      const last = rows.at(-1);
      if (last === undefined) break;
      yield { table, rows: rows.map(withoutSecrets) };
      if (rows.length < ROWS_AT_ONCE) break;
      const reached = last[key];
      // Keys are texts, or whole numbers in their plain form.
      if (typeof reached !== 'string') return;
      after = reached;
    }
  }
}
