import type { Database } from '../database.js';
import { dialectOf } from '../dialect/dialect.js';
import { DatabaseError } from '../errors.js';
import { idAt } from '../ids.js';
import { chunked, inList } from '../sql/chunks.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import { insertRows } from '../sql/insert.js';
import { column } from '../sql/values.js';
import { deltaItems, QUARTER_MS } from './stat-deltas.js';

/** Rows of deltas in one transaction: the more at once, the fewer times a sum is written anew. */
const MERGED_AT_ONCE = 200;
/** Batches in a row that another run may take first. */
const MOST_LOST = 100;

/** What a sum counts: the events of a guild, or those of a person, in their guild or outside of any. */
interface SumKey {
  readonly subject: 'guild' | 'person';
  readonly guildId: string | null;
  readonly userId: string | null;
  readonly type: string;
  readonly bucketStart: Date;
}

interface Sum extends SumKey {
  readonly id: string;
  eventCount: bigint;
  valueCount: bigint;
  valueSum: number;
}

/** The id of the row of a sum, the same for the same sum and no other: NUL stands in no text of the database. */
function idOf({ subject, guildId, userId, type, bucketStart }: SumKey): string {
  return idAt(bucketStart, `${subject}\0${guildId ?? ''}\0${userId ?? ''}\0${type}`);
}

/** Beyond this a sum says nothing more; far from where adding to what is stored would leave the numbers. */
const LARGEST_SUM = 1e300;

function withinBounds(sum: number): number {
  return Math.max(-LARGEST_SUM, Math.min(LARGEST_SUM, sum));
}

interface DeltaRow {
  readonly guildId: string | null;
  readonly sums: unknown;
}

/** The sums over rows of deltas, those of people that are gone left out. */
function summed(rows: readonly DeltaRow[], isThere: (userId: string) => boolean): Sum[] {
  const sums = new Map<string, Sum>();
  for (const { guildId, sums: items } of rows) {
    for (const [userId, type, quarter, events, values, value] of deltaItems(items)) {
      const bucketStart = new Date(quarter * QUARTER_MS);
      const add = (key: SumKey) => {
        const id = idOf(key);
        const sum = sums.get(id) ?? { ...key, id, eventCount: 0n, valueCount: 0n, valueSum: 0 };
        sums.set(id, sum);
        sum.eventCount += BigInt(events);
        sum.valueCount += BigInt(values);
        // What is stored already must not hold up all others.
        sum.valueSum = withinBounds(sum.valueSum + value);
      };
      if (guildId !== null) add({ subject: 'guild', guildId, userId: null, type, bucketStart });
      if (userId !== null && isThere(userId)) add({ subject: 'person', guildId, userId, type, bucketStart });
    }
  }
  // In a fixed order two writers never wait for each other crosswise.
  return [...sums.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** Those of some people who are there, and stay until the transaction ends. */
async function peopleThere(executor: SqlExecutor, userIds: readonly string[]): Promise<Set<string>> {
  const { currentRead } = dialectOf(executor.engine);
  const there = new Set<string>();
  for (const some of chunked(userIds.toSorted())) {
    const { marks, parameters } = inList(some);
    const rows = await executor.query(
      `SELECT id FROM users WHERE id IN (${marks}) ${currentRead}`,
      parameters,
      {
        id: column.text,
      },
    );
    for (const { id } of rows) there.add(id);
  }
  return there;
}

/** Deletes exactly these rows: one that is gone was taken by another run, or went with its guild. */
async function deleteAll(executor: SqlExecutor, ids: readonly string[]): Promise<void> {
  for (const some of chunked(ids.toSorted())) {
    const { marks, parameters } = inList(some);
    const gone = await executor.execute(`DELETE FROM stat_deltas WHERE id IN (${marks})`, parameters);
    if (gone !== some.length)
      throw new DatabaseError('deadlock', 'Deltas were changed while they were merged.');
  }
}

const added = { key: ['id'], add: ['event_count', 'value_count', 'value_sum'] };

/**
 * Merges the oldest rows of deltas, at most `limit`, into one row a sum; gives how many it took. Only inside a
 * transaction, which begins again when two runs meet: the sums over both tables are the same before and after, and a
 * run that was killed has done nothing. It holds up nobody who adds rows.
 */
export async function mergeStatDeltas(executor: SqlExecutor, limit: number): Promise<number> {
  const rows = await executor.query(
    'SELECT id, guild_id, sums FROM stat_deltas ORDER BY id LIMIT ?',
    [limit],
    { id: column.text, guild_id: column.nullable(column.text), sums: column.json },
  );
  const deltas = rows.map(({ guild_id: guildId, sums }) => ({ guildId, sums }));
  const people = new Set(
    deltas.flatMap(({ sums }) => deltaItems(sums).flatMap(([userId]) => (userId === null ? [] : [userId]))),
  );
  await deleteAll(
    executor,
    rows.map(({ id }) => id),
  );
  const there = await peopleThere(executor, [...people]);
  const sums = summed(deltas, (userId) => there.has(userId));
  await insertRows(
    executor,
    'StatRollup',
    sums.map((sum) => ({ ...sum })),
    added,
  );
  return rows.length;
}

/**
 * Merges all there are, a bounded number in each transaction, until none is left or `signal` says to stop.
 */
export async function mergeAllStatDeltas({ sql }: Database, signal?: AbortSignal): Promise<void> {
  const stopped = () => signal?.aborted ?? false;
  for (let lost = 0; !stopped();) {
    try {
      const taken = await sql.tx((transaction) => mergeStatDeltas(transaction, MERGED_AT_ONCE));
      if (taken < MERGED_AT_ONCE) return;
      lost = 0;
    } catch (error) {
      // Another run has merged these meanwhile: on with what is left.
      lost += 1;
      if (!(error instanceof DatabaseError) || error.kind !== 'deadlock' || lost > MOST_LOST) throw error;
    }
  }
}
