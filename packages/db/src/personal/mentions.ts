import { dialectOf } from '../dialect/dialect.js';
import { DatabaseError } from '../errors.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import { column, type SqlValue } from '../sql/values.js';
import {
  readPlainRows,
  tableColumns,
  updatePlainRow,
  type PlainRow,
  type PlainValue,
} from '../tables/table-rows.js';
import { personalTable, personalTables } from './registry.js';
import { textColumns, type MentionForm } from './text-columns.js';

/** Stands where somebody who was erased is mentioned by others. */
const NOBODY = 'erased';

/** An id that somebody is mentioned by, and what stands in its stead where things are told apart by it. */
export interface MentionedId {
  readonly id: string;
  /** Not longer than the id, the same each time. */
  readonly alias: string;
}

/** The tables in whose texts others may be mentioned. */
export const mentioningTables: readonly string[] = personalTables
  .map(({ table }) => table)
  .filter((table) => Object.keys(textColumns[table]?.mentions ?? {}).length > 0);

function mentionsOf(table: string): Readonly<Record<string, MentionForm>> {
  return textColumns[table]?.mentions ?? {};
}

/** How ids are taken out of a column; null where there are none, or something else becomes of them. */
function formOf(table: string, name: string): MentionForm | null {
  const form = mentionsOf(table)[name];
  if (form !== undefined) return form;
  if (personalTable(table).columns[name] === 'renamed') return 'key';
  // A file that was written under another schema may have texts that nothing is declared of any more.
  return tableColumns(table).some((known) => known.name === name) ? null : 'text';
}

function clearText(text: string, ids: readonly MentionedId[], form: MentionForm): string {
  return ids.reduce((said, { id, alias }) => said.replaceAll(id, form === 'key' ? alias : NOBODY), text);
}

function cleared(value: unknown, ids: readonly MentionedId[], form: MentionForm): unknown {
  if (typeof value === 'string') return clearText(value, ids, form);
  if (typeof value === 'number') {
    const text = String(value);
    return ids.some(({ id }) => text.includes(id)) ? NOBODY : value;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => cleared(item, ids, form));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [clearText(name, ids, form), cleared(item, ids, form)]),
  );
}

function clearedValue(value: PlainValue, ids: readonly MentionedId[], form: MentionForm): PlainValue {
  const said = JSON.stringify(value);
  if (!ids.some(({ id }) => said.includes(id))) return value;
  const rest = cleared(value, ids, form);
  if (typeof rest === 'string' || (typeof rest === 'object' && rest !== null)) return rest;
  throw new DatabaseError('invalid_value', 'A value that mentions somebody is neither a text nor JSON.');
}

/** A row without these ids in its texts; itself where it has none. For rows of tables and of files alike. */
export function withoutMentions(table: string, row: PlainRow, ids: readonly MentionedId[]): PlainRow {
  let changed = false;
  const entries = Object.entries(row).map(([name, value]) => {
    const form = formOf(table, name);
    const rest = form === null || value === null ? value : clearedValue(value, ids, form);
    changed ||= rest !== value;
    return [name, rest] as const;
  });
  return changed ? Object.fromEntries(entries) : row;
}

/** Some rows of a table in the order of its key. */
export interface MentioningRows {
  /** The key of the last row that was looked at; null when there are none any more. */
  readonly last: string | null;
  /** The keys of those that mention somebody. */
  readonly keys: readonly string[];
}

/** Looks at the next `limit` rows of a table after a key for ids in their texts. The engine looks, rows stay there. */
export async function findMentions(
  sql: SqlExecutor,
  table: string,
  ids: readonly MentionedId[],
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<MentioningRows> {
  const { key } = personalTable(table);
  const end = await sql.one(
    `SELECT MAX(own_key) AS own_key FROM
     (SELECT \`${key}\` AS own_key FROM \`${table}\` WHERE \`${key}\` > ? ORDER BY \`${key}\` LIMIT ?) some_rows`,
    [after, limit],
    { own_key: column.nullable(column.text) },
  );
  const last = end?.own_key ?? null;
  if (last === null) return { last, keys: [] };
  const names = Object.keys(mentionsOf(table));
  const like = names.flatMap((name) => ids.map(() => `\`${name}\` LIKE ?`)).join(' OR ');
  const found = await sql.query(
    `SELECT \`${key}\` AS own_key FROM \`${table}\` WHERE \`${key}\` > ? AND \`${key}\` <= ? AND (${like})`,
    [after, last, ...names.flatMap((): SqlValue[] => ids.map(({ id }) => `%${id}%`))],
    { own_key: column.text },
  );
  return { last, keys: found.map(({ own_key }) => own_key) };
}

/**
 * Takes ids out of the texts of some rows, whoever changed them meanwhile; gives those that changed, as they were.
 * Rows with a version get another one, so that nobody saves over it what they have read before. Inside a transaction.
 */
export async function clearMentionsIn(
  sql: SqlExecutor,
  table: string,
  ids: readonly MentionedId[],
  keys: readonly string[],
): Promise<{ readonly rows: readonly PlainRow[]; readonly guildIds: readonly string[] }> {
  const { key, ofGuild } = personalTable(table);
  const marks = keys.map(() => '?').join(', ');
  const where = `\`${key}\` IN (${marks}) ${dialectOf(sql.engine).currentRead}`;
  const versioned = tableColumns(table).some(({ name }) => name === 'version');
  const changed: PlainRow[] = [];
  for (const row of await readPlainRows(sql, table, { where, parameters: keys })) {
    const rest = withoutMentions(table, row, ids);
    const own = row[key];
    if (rest === row || typeof own !== 'string') continue;
    const values = Object.fromEntries(
      Object.keys(mentionsOf(table)).map((name) => [name, rest[name] ?? null]),
    );
    const version = versioned ? { version: Number(row['version']) + 1 } : {};
    await updatePlainRow(sql, table, { key, value: own }, { ...values, ...version });
    changed.push(row);
  }
  if (changed.length === 0 || ofGuild === null) return { rows: changed, guildIds: [] };
  const guilds = await sql.query(
    `SELECT id FROM guilds holder WHERE EXISTS (SELECT 1 FROM \`${table}\`
     WHERE \`${key}\` IN (${marks}) AND ${ofGuild.replace('?', 'holder.id')})`,
    keys,
    { id: column.text },
  );
  return { rows: changed, guildIds: guilds.map(({ id }) => id) };
}
