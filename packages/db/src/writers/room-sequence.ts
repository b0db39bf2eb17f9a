import { dialectOf } from '../dialect/dialect.js';
import { DatabaseError } from '../errors.js';
import type { SqlExecutor } from '../sql/direct-sql.js';
import { column } from '../sql/values.js';

/**
 * Gives out the next place in a room. The room's row stays locked until the transaction ends, so places are
 * visible in their order and a rolled back one is given out again.
 */
export async function nextRoomSequence(executor: SqlExecutor, room: string): Promise<bigint> {
  const conflict = dialectOf(executor.engine).onConflict(['name'], 'sequence = sequence + 1');
  await executor.execute(`INSERT INTO rooms (name, sequence) VALUES (?, 1) ${conflict}`, [room]);
  const row = await executor.one('SELECT sequence FROM rooms WHERE name = ?', [room], {
    sequence: column.bigint,
  });
  if (!row) throw new DatabaseError('unknown', 'The room that was just written is not there.');
  return row.sequence;
}
