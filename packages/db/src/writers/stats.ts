import { dialectOf } from '../dialect/dialect.js';
import { DatabaseError } from '../errors.js';
import { timeOrderedId } from '../ids.js';
import { chunked, inList } from '../sql/chunks.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import { insertRows } from '../sql/insert.js';
import { column, jsonText } from '../sql/values.js';
import { insertDeltas } from './stat-deltas.js';

/** What an event may carry. */
export type StatValue = number | string | Readonly<Record<string, unknown>>;

/** A usage event of a person, of a guild, or of both. */
export interface NewStat {
  readonly userId: string | null;
  readonly guildId: string | null;
  readonly type: string;
  readonly value: StatValue;
  /** Who tells it: a person's id, `bot` or `system`. */
  readonly source: string;
  /** The teller's own id of the event; without one the event is never a repeat. */
  readonly eventId?: string | null;
  readonly timestamp: Date;
}

/** What became of a call. */
export interface AppendedStats {
  /** Events that were new. */
  readonly stored: number;
  /** Events that had been told before. */
  readonly repeated: number;
}

interface StoredStat {
  readonly id: string;
  readonly source: string;
  readonly eventId: string;
}

const unlessTold = { key: ['source', 'event_id'] };

async function storedIds(executor: SqlExecutor, stats: readonly StoredStat[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const some of chunked(stats)) {
    const { marks, parameters } = inList(some.map(({ id }) => id));
    const rows = await executor.query(`SELECT id FROM stats WHERE id IN (${marks})`, parameters, {
      id: column.text,
    });
    for (const { id } of rows) found.add(id);
  }
  return found;
}

/** The event ids that are there, of those of one teller; also those that others stored in the meantime. */
async function knownEventIds(executor: SqlExecutor, source: string, eventIds: readonly string[]) {
  const { currentRead } = dialectOf(executor.engine);
  const known = new Set<string>();
  for (const some of chunked(eventIds)) {
    const { marks, parameters } = inList(some);
    const rows = await executor.query(
      `SELECT event_id FROM stats WHERE source = ? AND event_id IN (${marks}) ${currentRead}`,
      [source, ...parameters],
      { event_id: column.text },
    );
    for (const { event_id } of rows) known.add(event_id);
  }
  return known;
}

/** The ids of those that a statement stored. What it passed over must be a repeat; anything else is an error. */
async function newOnes(executor: SqlExecutor, stats: readonly StoredStat[]): Promise<ReadonlySet<string>> {
  const ids = await storedIds(executor, stats);
  const passedOver = stats.filter(({ id }) => !ids.has(id));
  for (const source of new Set(passedOver.map((stat) => stat.source))) {
    const eventIds = passedOver.filter((stat) => stat.source === source).map(({ eventId }) => eventId);
    const known = await knownEventIds(executor, source, eventIds);
    if (eventIds.some((eventId) => !known.has(eventId))) {
      throw new DatabaseError('foreign_key', 'An event names a person or a guild that is not there.', {
        table: 'stats',
      });
    }
  }
  return ids;
}

/**
 * Stores events, those told before left out, together with what they add to the sums. Only inside a
 * transaction: both are kept, or neither.
 * @throws DatabaseError `foreign_key` for a person or a guild that is not there
 */
export async function appendStats(executor: SqlExecutor, stats: readonly NewStat[]): Promise<AppendedStats> {
  if (stats.length === 0) return { stored: 0, repeated: 0 };
  const rows = stats.map(({ userId, guildId, type, value, source, eventId, timestamp }) => {
    const id = timeOrderedId(timestamp);
    return { id, userId, guildId, type, value: jsonText(value), source, eventId: eventId ?? id, timestamp };
  });
  const stored = await insertRows(executor, 'Stat', rows, unlessTold);
  const isNew = stored === rows.length ? null : await newOnes(executor, rows);
  const added = isNew === null ? stats : stats.filter((_, index) => isNew.has(rows[index]?.id ?? ''));
  await insertDeltas(executor, added);
  return { stored: added.length, repeated: stats.length - added.length };
}
