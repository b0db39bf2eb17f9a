import { column, type Database } from '@slimy/db';
import type { Caller } from '../caller.js';
import type { WritePath } from '../write/write-path.js';
import { olderThan } from './archiver.js';
import type { RetentionKind } from './retention-kinds.js';
import type { RetentionRun } from './retention-run.js';

/** Rows in one transaction. */
const BATCH = 500;

const program: Caller = {
  actor: { kind: 'system', task: 'lifecycle.run' },
  request: { requestId: 'lifecycle.run', ipAddress: null, userAgent: null },
};

/** The last row of a batch, as the order of the walk has it. */
interface Place {
  readonly at: Date;
  readonly key: string;
}

/**
 * Takes the value of a column out of everything of a kind that is older, and leaves the rows; gives how many there
 * were. Walks on from batch to batch: rows that are done stay where they are, and are not read again.
 */
export async function clearOld(
  { database, writes }: { readonly database: Database; readonly writes: WritePath },
  kind: RetentionKind,
  before: Date,
  { signal, took }: RetentionRun = {},
): Promise<number> {
  const { table, key, clears } = kind;
  if (!clears) throw new TypeError(`${kind.kind} names no column to be cleared.`);
  let cleared = 0;
  for (let place: Place | null = null; ;) {
    if (signal?.aborted) break;
    const rows: Place[] = await olderAfter(database, kind, before, place);
    const last = rows.at(-1);
    if (last === undefined) break;
    const keys = rows.map((row) => row.key);
    const marks = keys.map(() => '?').join(', ');
    const rowsCleared = await writes.change(program, [], ({ transaction, now }) =>
      transaction.sql.execute(`UPDATE ${table} SET ${clears.column} = ? WHERE ${key} IN (${marks})`, [
        clears.to === 'now' ? now : null,
        ...keys,
      ]),
    );
    cleared += rowsCleared;
    took?.(rowsCleared);
    if (rows.length < BATCH) break;
    place = last;
  }
  return cleared;
}

async function olderAfter(
  { sql }: Database,
  kind: RetentionKind,
  before: Date,
  place: Place | null,
): Promise<Place[]> {
  const { table, instant, key } = kind;
  // The first condition on the instant leads to the place in the index, the second one is exact.
  const further = place === null ? '' : ` AND ${instant} >= ? AND (${instant} > ? OR ${key} > ?)`;
  const rows = await sql.query(
    `SELECT ${instant} AS instant, ${key} AS own_key FROM ${table} WHERE ${olderThan(kind)}${further}
     ORDER BY ${instant}, ${key} LIMIT ${BATCH}`,
    place === null ? [before] : [before, place.at, place.at, place.key],
    { instant: column.instant, own_key: column.text },
  );
  return rows.map((row) => ({ at: row.instant, key: row.own_key }));
}
