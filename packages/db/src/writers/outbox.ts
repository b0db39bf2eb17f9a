import { dialectOf } from '../dialect/dialect.js';
import { DatabaseError } from '../errors.js';
import { timeOrderedId } from '../ids.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import { insertRow } from '../sql/insert.js';
import { column } from '../sql/values.js';
import { canonicalJson } from './canonical-json.js';

/** A fact for every process, published after the commit. */
export interface OutboxFact {
  readonly at: Date;
  /** What kind of fact it is, such as `cache.invalidate`. */
  readonly topic: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly guildId?: string | null;
  /** The room whose readers resume by sequence; without one the fact has no place to resume from. */
  readonly room?: string | null;
}

export interface WrittenFact {
  readonly id: string;
  /** The fact's place in its room: without gaps in the order of commits. Null without a room. */
  readonly roomSequence: bigint | null;
}

/**
 * Gives out the next place in a room. The room's row stays locked until the transaction ends, so places are
 * visible in their order and a rolled back one is given out again.
 */
async function nextRoomSequence(executor: SqlExecutor, room: string): Promise<bigint> {
  const conflict = dialectOf(executor.engine).onConflict(['name'], 'sequence = sequence + 1');
  await executor.execute(`INSERT INTO rooms (name, sequence) VALUES (?, 1) ${conflict}`, [room]);
  const row = await executor.one('SELECT sequence FROM rooms WHERE name = ?', [room], {
    sequence: column.bigint,
  });
  if (!row) throw new DatabaseError('unknown', 'The room that was just written is not there.');
  return row.sequence;
}

/** Writes a fact in the transaction of its change. */
export async function appendOutbox(executor: SqlExecutor, fact: OutboxFact): Promise<WrittenFact> {
  const { at, topic, payload, guildId = null, room = null } = fact;
  const id = timeOrderedId(at);
  const roomSequence = room === null ? null : await nextRoomSequence(executor, room);
  await insertRow(executor, 'Outbox', {
    id,
    topic,
    payload: canonicalJson(payload),
    guildId,
    room,
    roomSequence,
    createdAt: at,
  });
  return { id, roomSequence };
}
