import { dialectOf } from '../dialect/dialect.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import { column, type SqlValue } from '../sql/values.js';
import { takeOutOfDeltas } from '../writers/stat-deltas.js';
import { personalTable, personalTables, type PersonalTable } from './registry.js';

/** What a batch of an erasure took away. */
export interface ErasedBatch {
  readonly rows: number;
  /** The guilds whose counters moved. */
  readonly guildIds: readonly string[];
}

/** The tables whose rows go with their person, in the order in which they are taken. The person's own row is last. */
export const tablesThatGo: readonly string[] = personalTables
  .filter(({ goes }) => goes)
  .map(({ table }) => table);

function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}

/** A maintained counter that counts rows of another table. */
interface Counter {
  /** Where it stands, and the column of the counted rows that leads there. */
  readonly table: 'guilds' | 'conversations';
  readonly by: string;
  readonly counter: string;
  readonly only?: string;
}

/** The counters that count rows of a table; `db:check` verifies them. */
const counters: Readonly<Record<string, readonly Counter[]>> = {
  chat_messages: [
    { table: 'guilds', by: 'guild_id', counter: 'message_count' },
    { table: 'conversations', by: 'conversation_id', counter: 'message_count' },
  ],
  user_guilds: [{ table: 'guilds', by: 'guild_id', counter: 'member_count', only: 'left_at IS NULL' }],
};

/** Moves the counters by rows that come or go; gives the guilds whose counters moved. */
async function moveCounters(
  sql: SqlExecutor,
  { table: from, key }: PersonalTable,
  keys: readonly string[],
  sign: '+' | '-',
): Promise<string[]> {
  const guildIds: string[] = [];
  if (keys.length === 0) return guildIds;
  for (const { table, by, counter, only = '1 = 1' } of counters[from] ?? []) {
    const counts = await sql.query(
      `SELECT ${by} AS id, COUNT(*) AS count FROM ${from}
       WHERE ${key} IN (${marks(keys)}) AND ${by} IS NOT NULL AND ${only} GROUP BY ${by} ORDER BY ${by}`,
      keys,
      { id: column.text, count: column.int },
    );
    for (const { id, count } of counts) {
      await sql.execute(`UPDATE ${table} SET ${counter} = ${counter} ${sign} ? WHERE id = ?`, [count, id]);
    }
    if (table === 'guilds') guildIds.push(...counts.map(({ id }) => id));
  }
  return guildIds;
}

/** Whose rows. */
export type RowsOf = { readonly userId: string } | { readonly guildId: string };

/** Deletes at most `limit` rows of a person or a guild from a table, counters in step. Inside a transaction. */
export async function eraseRowsOf(
  sql: SqlExecutor,
  table: PersonalTable,
  whose: RowsOf,
  limit: number,
): Promise<ErasedBatch> {
  const [finder, id] = 'userId' in whose ? [table.of, whose.userId] : [table.ofGuild, whose.guildId];
  if (finder === null) return { rows: 0, guildIds: [] };
  const found = await sql.query(
    `SELECT ${table.key} AS own_key FROM ${table.table} WHERE ${finder} ORDER BY ${table.key} LIMIT ?`,
    [id, limit],
    { own_key: column.text },
  );
  const keys = found.map(({ own_key }) => own_key);
  if (keys.length === 0) return { rows: 0, guildIds: [] };
  return deleteRowsByKey(sql, table.table, keys);
}

/** Those of some rows that fulfil a condition now, and do until the transaction ends. */
export async function keysThatStill(
  sql: SqlExecutor,
  table: string,
  keys: readonly string[],
  condition: string,
  parameters: readonly SqlValue[],
): Promise<string[]> {
  if (keys.length === 0) return [];
  const { key } = personalTable(table);
  const rows = await sql.query(
    `SELECT ${key} AS own_key FROM ${table} WHERE ${key} IN (${marks(keys)}) AND (${condition})
     ${dialectOf(sql.engine).currentRead}`,
    [...keys, ...parameters],
    { own_key: column.text },
  );
  return rows.map(({ own_key }) => own_key);
}

/** Deletes rows of a table by their keys, counters in step. Inside a transaction. */
export async function deleteRowsByKey(
  sql: SqlExecutor,
  table: string,
  keys: readonly string[],
): Promise<ErasedBatch> {
  if (keys.length === 0) return { rows: 0, guildIds: [] };
  const declared = personalTable(table);
  const guildIds = await moveCounters(sql, declared, keys, '-');
  const rows = await sql.execute(`DELETE FROM ${table} WHERE ${declared.key} IN (${marks(keys)})`, keys);
  return { rows, guildIds };
}

/** Brings counters up to rows that were just brought back; gives the guilds whose counters moved. */
export function restoreCounters(sql: SqlExecutor, table: string, keys: readonly string[]): Promise<string[]> {
  return moveCounters(sql, personalTable(table), keys, '+');
}

/** Who somebody is, in every form in which a row can say so. */
export interface PersonNames {
  readonly userId: string;
  readonly discordId: string;
}

/**
 * Takes a person's names out of rows that stay: what the registry says becomes null, blank, another name or nobody's.
 * Inside a transaction that has locked the person's row.
 */
export async function clearMentions(
  sql: SqlExecutor,
  { userId, discordId }: PersonNames,
  alias: string,
): Promise<void> {
  for (const { table, of, columns } of personalTables.filter(({ goes }) => !goes)) {
    const assignments = Object.entries(columns).flatMap(([name, erasure]) =>
      erasure === 'null' ? [`${name} = NULL`] : erasure === 'blank' ? [`${name} = ''`] : [],
    );
    if (of !== null && assignments.length > 0) {
      await sql.execute(`UPDATE ${table} SET ${assignments.join(', ')} WHERE ${of}`, [userId]);
    }
  }
  await sql.execute('UPDATE guilds SET owner_discord_id = NULL WHERE owner_discord_id = ?', [discordId]);
  await sql.execute('UPDATE stats SET source = ? WHERE source = ?', [alias, userId]);
  await takeOutOfDeltas(sql, userId);
}

const SWEPT_AT_ONCE = 500;

/** The rows that mention one of the texts in a column that is swept. Underscores match any character in LIKE, so what is found is looked at. */
async function mentioning(
  sql: SqlExecutor,
  { table, key, columns }: PersonalTable,
  texts: readonly string[],
): Promise<string[]> {
  const swept = Object.entries(columns).flatMap(([name, erasure]) =>
    erasure === 'swept' ? [`\`${name}\``] : [],
  );
  const like = swept.flatMap((name) => texts.map(() => `${name} LIKE ?`)).join(' OR ');
  const parameters: SqlValue[] = swept.flatMap(() => texts.map((text) => `%${text}%`));
  const whole = swept.map((name) => `COALESCE(CAST(${name} AS CHAR), '')`);
  const found = await sql.query(
    `SELECT ${key} AS own_key, ${whole.map((text, index) => `${text} AS text_${index}`).join(', ')}
     FROM ${table} WHERE ${like} LIMIT ?`,
    [...parameters, SWEPT_AT_ONCE],
    {
      own_key: column.text,
      ...Object.fromEntries(whole.map((_text, index) => [`text_${index}`, column.text])),
    },
  );
  return found.flatMap((row) => {
    const said = Object.values(row).join('\n');
    return texts.some((text) => said.includes(text)) ? [row.own_key] : [];
  });
}

/** Deletes rows that mention one of the texts; gives how many. Facts that are not published yet are left for later. */
export async function sweepMentions(
  sql: SqlExecutor,
  table: PersonalTable,
  texts: readonly string[],
): Promise<number> {
  const keys = await mentioning(sql, table, texts);
  if (keys.length === 0) return 0;
  const settled = table.table === 'outbox' ? ' AND published_at IS NOT NULL' : '';
  return sql.execute(`DELETE FROM ${table.table} WHERE ${table.key} IN (${marks(keys)})${settled}`, keys);
}

/** Whether a row still mentions one of the texts. */
export async function isMentioned(
  sql: SqlExecutor,
  table: PersonalTable,
  texts: readonly string[],
): Promise<boolean> {
  return (await mentioning(sql, table, texts)).length > 0;
}

/** The tables with columns that are swept. */
export const sweptTables: readonly PersonalTable[] = personalTables.filter(({ columns }) =>
  Object.values(columns).includes('swept'),
);
