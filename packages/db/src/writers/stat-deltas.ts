import { DatabaseError } from '../errors.js';
import { timeOrderedId } from '../ids.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import { insertRows } from '../sql/insert.js';
import { column, jsonText } from '../sql/values.js';

/** Sums are kept by quarters of an hour. */
export const QUARTER_MS = 15 * 60_000;

/** What of an event is counted. */
export interface CountedEvent {
  readonly guildId: string | null;
  readonly userId: string | null;
  readonly type: string;
  readonly value: unknown;
  readonly timestamp: Date;
}

/** What some events of a person, type and quarter of an hour add, as it stands in `stat_deltas.sums`. */
export type DeltaItem = readonly [
  userId: string | null,
  type: string,
  /** Quarters of an hour since the beginning of 1970. */
  quarter: number,
  events: number,
  /** Events whose value is a number, and the sum of those. */
  values: number,
  sum: number,
];

type Sums = [...DeltaItem];

/** What events add, by their guild; those outside of any under null. */
function deltasOf(events: readonly CountedEvent[]): Map<string | null, Map<string, Sums>> {
  const byGuild = new Map<string | null, Map<string, Sums>>();
  for (const { guildId, userId, type, value, timestamp } of events) {
    let items = byGuild.get(guildId);
    if (items === undefined) byGuild.set(guildId, (items = new Map()));
    const quarter = Math.floor(timestamp.getTime() / QUARTER_MS);
    // NUL stands in no text of the database.
    const key = `${quarter}\0${type}\0${userId ?? ''}`;
    let item = items.get(key);
    if (item === undefined) items.set(key, (item = [userId, type, quarter, 0, 0, 0]));
    item[3] += 1;
    if (typeof value !== 'number') continue;
    item[4] += 1;
    item[5] += value;
  }
  return byGuild;
}

function deltaText(items: readonly DeltaItem[]): string {
  if (items.some((item) => !Number.isFinite(item[5]))) {
    throw new DatabaseError('out_of_range', 'The values of the events are too large for their sum.');
  }
  return jsonText(items);
}

/** Adds what events add to the sums: one row a guild, in the transaction of the events. */
export async function insertDeltas(executor: SqlExecutor, events: readonly CountedEvent[]): Promise<void> {
  const rows = [...deltasOf(events)].map(([guildId, items]) => ({
    id: timeOrderedId(),
    guildId,
    sums: deltaText([...items.values()]),
  }));
  await insertRows(executor, 'StatDelta', rows);
}

function isDeltaItem(item: unknown): item is DeltaItem {
  if (!Array.isArray(item) || item.length !== 6) return false;
  const [userId, type, ...numbers] = item.map((part: unknown) => part);
  return (
    (userId === null || typeof userId === 'string') &&
    typeof type === 'string' &&
    numbers.every((number) => typeof number === 'number')
  );
}

/** The items of a row. @throws DatabaseError `invalid_value` for anything that `insertDeltas` does not write */
export function deltaItems(sums: unknown): readonly DeltaItem[] {
  if (Array.isArray(sums) && sums.every(isDeltaItem)) return sums;
  throw new DatabaseError('invalid_value', 'A row of stat_deltas does not hold what it should.');
}

/**
 * Takes a person out of what is not merged yet. Only inside a transaction that has locked the person's row: then no
 * other adds anything of theirs.
 */
export async function takeOutOfDeltas(executor: SqlExecutor, userId: string): Promise<void> {
  const rows = await executor.query('SELECT id, sums FROM stat_deltas WHERE INSTR(sums, ?) > 0', [userId], {
    id: column.text,
    sums: column.json,
  });
  for (const { id, sums } of rows) {
    const others = deltaItems(sums).map((item): DeltaItem => {
      const [itsUser, ...rest] = item;
      return itsUser === userId ? [null, ...rest] : item;
    });
    await executor.execute('UPDATE stat_deltas SET sums = ? WHERE id = ?', [deltaText(others), id]);
  }
}
