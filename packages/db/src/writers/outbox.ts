import { timeOrderedId } from '../ids.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import { insertRow } from '../sql/insert.js';
import { canonicalJson } from './canonical-json.js';
import { nextRoomSequence } from './room-sequence.js';

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
