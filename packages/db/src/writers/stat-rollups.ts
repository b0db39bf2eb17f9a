import { dialectOf } from '../dialect/dialect.js';
import { timeOrderedId } from '../ids.js';
import { DatabaseError } from '../errors.js';
import { chunked, inList } from '../sql/chunks.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import { insertRows } from '../sql/insert.js';
import { column, type RowOf } from '../sql/values.js';

const QUARTER_MS = 15 * 60_000;

/** What a rollup counts: the events of a guild, or those of a person, in their guild or outside of any. */
interface RollupKey {
  readonly subject: 'guild' | 'person';
  readonly guildId: string | null;
  readonly userId: string | null;
  readonly type: string;
  readonly bucketStart: Date;
}

interface RollupCounts {
  readonly eventCount: bigint;
  /** Events whose value is a number, and the sum of those. */
  readonly valueCount: bigint;
  readonly valueSum: number;
}

type Rollup = RollupKey & RollupCounts;

/** The same for the same rollup and no other: NUL stands in no text of the database. */
function keyText({ subject, guildId, userId, type, bucketStart }: RollupKey): string {
  return `${subject}\0${guildId ?? ''}\0${userId ?? ''}\0${type}\0${bucketStart.getTime()}`;
}

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]) =>
  one < other ? -1 : 1;

/** What of an event is counted. */
interface CountedEvent {
  readonly guildId: string | null;
  readonly userId: string | null;
  readonly type: string;
  readonly value: unknown;
  readonly timestamp: Date;
}

/** Counts of events while they are added up; thousands at once, so each is made once and changed in place. */
class EventCounts {
  readonly #counts = new Map<
    string,
    { readonly key: RollupKey; events: number; values: number; sum: number }
  >();

  add(subject: RollupKey['subject'], userId: string | null, event: CountedEvent): void {
    const { guildId, type, value, timestamp } = event;
    const start = Math.floor(timestamp.getTime() / QUARTER_MS) * QUARTER_MS;
    const text = `${subject}\0${guildId ?? ''}\0${userId ?? ''}\0${type}\0${start}`;
    let counts = this.#counts.get(text);
    if (counts === undefined) {
      const key = { subject, guildId, userId, type, bucketStart: new Date(start) };
      counts = { key, events: 0, values: 0, sum: 0 };
      this.#counts.set(text, counts);
    }
    counts.events += 1;
    if (typeof value !== 'number') return;
    counts.values += 1;
    counts.sum += value;
  }

  /** One a key, in the order of `summed`. */
  rollups(): Rollup[] {
    return [...this.#counts].toSorted(byKey).map(([, { key, events, values, sum }]) => ({
      subject: key.subject,
      guildId: key.guildId,
      userId: key.userId,
      type: key.type,
      bucketStart: key.bucketStart,
      eventCount: BigInt(events),
      valueCount: BigInt(values),
      valueSum: sum,
    }));
  }
}

/** What events add to the rollups: once for their guild and once for their person, by quarter of an hour in UTC. */
export function rollupsOf(events: readonly CountedEvent[]): Rollup[] {
  const counts = new EventCounts();
  for (const event of events) {
    if (event.guildId !== null) counts.add('guild', null, event);
    if (event.userId !== null) counts.add('person', event.userId, event);
  }
  return counts.rollups();
}

/** One rollup a key, in a fixed order, so that two writers never wait for each other crosswise. */
function summed(rollups: readonly Rollup[]): Rollup[] {
  const sums = new Map<string, { -readonly [Field in keyof Rollup]: Rollup[Field] }>();
  for (const rollup of rollups) {
    const key = keyText(rollup);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { ...rollup });
    else {
      sum.eventCount += rollup.eventCount;
      sum.valueCount += rollup.valueCount;
      sum.valueSum += rollup.valueSum;
    }
  }
  return [...sums].toSorted(byKey).map(([, rollup]) => rollup);
}

/** Adds rows for these rollups, which are one a key; `merged` says whether they are the result of a merge. */
export async function insertRollups(
  executor: SqlExecutor,
  rollups: readonly Rollup[],
  merged: boolean,
): Promise<void> {
  await insertRows(
    executor,
    'StatRollup',
    rollups.map(({ subject, guildId, userId, type, bucketStart, eventCount, valueCount, valueSum }) => ({
      id: timeOrderedId(bucketStart),
      subject,
      guildId,
      userId,
      type,
      bucketStart,
      eventCount,
      valueCount,
      valueSum,
      merged,
    })),
  );
}

const rollupColumns = {
  id: column.text,
  subject: column.text,
  guild_id: column.nullable(column.text),
  user_id: column.nullable(column.text),
  type: column.text,
  bucket_start: column.instant,
  event_count: column.bigint,
  value_count: column.bigint,
  value_sum: column.real,
} as const;

const names = 'id, subject, guild_id, user_id, type, bucket_start, event_count, value_count, value_sum';
const joined = names
  .split(', ')
  .map((name) => `m.${name}`)
  .join(', ');

function rollupOf(row: RowOf<typeof rollupColumns>): Rollup & { readonly id: string } {
  return {
    id: row.id,
    subject: row.subject === 'guild' ? 'guild' : 'person',
    guildId: row.guild_id,
    userId: row.user_id,
    type: row.type,
    bucketStart: row.bucket_start,
    eventCount: row.event_count,
    valueCount: row.value_count,
    valueSum: row.value_sum,
  };
}

/**
 * The merged rows that stand for the same as these, of which no two have one key. Both joins are told their index:
 * where rows come and go by the thousand, MySQL's planner counts on old figures and reads the whole table instead.
 */
async function mergedBeside(executor: SqlExecutor, ids: readonly string[]) {
  const { marks, parameters } = inList(ids);
  const dialect = dialectOf(executor.engine);
  const index = {
    guild_id: dialect.followIndex('stat_rollups_guild_id_subject_bucket_start_type_idx'),
    user_id: dialect.followIndex('stat_rollups_user_id_bucket_start_type_idx'),
  };
  const beside = (subject: 'guild' | 'person', owner: 'guild_id' | 'user_id') =>
    executor.query(
      `SELECT ${joined} FROM stat_rollups d JOIN stat_rollups m ${index[owner]} ON m.${owner} = d.${owner}
       AND m.subject = d.subject AND m.bucket_start = d.bucket_start AND m.type = d.type AND m.merged = ?
       WHERE d.id IN (${marks}) AND d.subject = ?`,
      [true, ...parameters, subject],
      rollupColumns,
    );
  const rows = [...(await beside('guild', 'guild_id')), ...(await beside('person', 'user_id'))];
  return rows.map(rollupOf);
}

/** Deletes exactly these rows: one that is gone was taken by another run, or went with its person or guild. */
async function deleteAll(executor: SqlExecutor, ids: readonly string[]): Promise<void> {
  for (const some of chunked(ids.toSorted())) {
    const { marks, parameters } = inList(some);
    const gone = await executor.execute(`DELETE FROM stat_rollups WHERE id IN (${marks})`, parameters);
    if (gone !== some.length)
      throw new DatabaseError('deadlock', 'Rollups were changed while they were merged.');
  }
}

/**
 * Merges the oldest of the rows that events have added, at most `limit`, into one row a key; gives how many it
 * took. Only inside a transaction, which begins again when two runs meet: the sums over all rows are the same
 * before and after, and a run that was killed has done nothing. It holds up nobody who adds rows.
 */
export async function mergeStatRollups(executor: SqlExecutor, limit: number): Promise<number> {
  const rows = await executor.query(
    `SELECT ${names} FROM stat_rollups WHERE merged = ? ORDER BY id LIMIT ?`,
    [false, limit],
    rollupColumns,
  );
  const added = rows.map(rollupOf);
  // One of each key is enough to find what it was merged into.
  const idByKey = new Map(added.map((row) => [keyText(row), row.id]));
  const before = new Map<string, Rollup & { readonly id: string }>();
  for (const ids of chunked([...idByKey.values()])) {
    for (const row of await mergedBeside(executor, ids)) {
      if (idByKey.has(keyText(row))) before.set(row.id, row);
    }
  }
  const taken = [...added, ...before.values()];
  await deleteAll(
    executor,
    taken.map(({ id }) => id),
  );
  await insertRollups(executor, summed(taken), true);
  return added.length;
}
