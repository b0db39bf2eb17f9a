import { dialectOf, type Dialect } from '../dialect/dialect.js';
import { Conditions } from '../sql/conditions.js';
import type { Engine } from '../sql/direct-sql.js';
import type { SqlValue } from '../sql/values.js';
import { QUARTER_MS } from '../writers/stat-deltas.js';

/** From an instant on, and before another. For sums both are at a quarter of an hour. */
export interface StatPeriod {
  readonly from: Date;
  readonly to: Date;
}

/** What a sum is made over. */
export interface StatFilter extends StatPeriod {
  readonly type?: string | undefined;
}

/** Whose events are counted: all of a guild, those of its people, or those of one person. */
export type CountedSubject =
  | { readonly kind: 'guild' | 'people'; readonly guildId: string }
  | { readonly kind: 'person'; readonly userId: string };

interface SumSql {
  readonly text: string;
  readonly parameters: readonly SqlValue[];
}

const SUMS = ['event_count', 'value_count', 'value_sum'].map((name) => `SUM(${name}) AS ${name}`).join(', ');

/** Where the items of `stat_deltas` hold what; see `DeltaItem`. */
const places = {
  user_id: 'name',
  type: 'name',
  quarter: 'whole',
  event_count: 'whole',
  value_count: 'whole',
  value_sum: 'real',
} as const;

/** What is merged, as conditions on `stat_rollups`. */
function mergedWhere(subject: CountedSubject, { type, ...period }: StatFilter): Conditions {
  const where =
    subject.kind === 'person'
      ? new Conditions().equal('user_id', subject.userId)
      : new Conditions()
          .equal('guild_id', subject.guildId)
          .equal('subject', subject.kind === 'guild' ? 'guild' : 'person');
  return where.during('bucket_start', period).equal('type', type);
}

/**
 * What is not merged yet, with the columns of `stat_rollups`. A guild's is found by its index; a person's is looked
 * for in all of it, which is what came in since the last merge.
 */
function pending(dialect: Dialect, subject: CountedSubject, { type, from, to }: StatFilter): SumSql {
  const { from: items, item } = dialect.jsonItems('pending.sums', places);
  const where =
    subject.kind === 'person'
      ? new Conditions().add('INSTR(pending.sums, ?) > 0', subject.userId).equal(item.user_id, subject.userId)
      : new Conditions().equal('pending.guild_id', subject.guildId);
  where
    .add(`${item.quarter} >= ?`, Math.floor(from.getTime() / QUARTER_MS))
    .add(`${item.quarter} < ?`, Math.ceil(to.getTime() / QUARTER_MS))
    .equal(item.type, type);
  // Whoever is gone is gone from here too: nobody takes them out of the items but an erasure.
  const index = subject.kind === 'person' ? '' : dialect.followIndex('stat_deltas_guild_id_idx');
  const people = subject.kind === 'people' ? `JOIN users ON users.id = ${item.user_id}` : '';
  const bucketStart = dialect.instantAt(`${item.quarter} * ${QUARTER_MS / 1000}`);
  return {
    text: `SELECT ${item.user_id} AS user_id, ${item.type} AS type, ${bucketStart} AS bucket_start,
      ${item.event_count} AS event_count, ${item.value_count} AS value_count, ${item.value_sum} AS value_sum
      FROM stat_deltas AS pending ${index} JOIN ${items} ${people} WHERE ${where.text}`,
    parameters: where.parameters,
  };
}

/** A SELECT of sums by a column, merged or not: one statement, so that both are of the same moment. */
export function sumsBy(
  engine: Engine,
  column: 'bucket_start' | 'type' | 'user_id',
  subject: CountedSubject,
  filter: StatFilter,
): SumSql {
  const merged = mergedWhere(subject, filter);
  const rest = pending(dialectOf(engine), subject, filter);
  return {
    text: `SELECT ${column}, ${SUMS} FROM (
      SELECT ${column}, ${SUMS} FROM stat_rollups WHERE ${merged.text} GROUP BY ${column}
      UNION ALL SELECT ${column}, ${SUMS} FROM (${rest.text}) AS fresh GROUP BY ${column}
    ) AS sums GROUP BY ${column}`,
    parameters: [...merged.parameters, ...rest.parameters],
  };
}

/** A SELECT of the first and the last quarter in which a guild has something that is not merged. */
export function pendingSpan(engine: Engine, guildId: string): SumSql {
  const dialect = dialectOf(engine);
  const { from: items, item } = dialect.jsonItems('pending.sums', places);
  return {
    text: `SELECT MIN(${item.quarter}) AS first, MAX(${item.quarter}) AS last
      FROM stat_deltas AS pending ${dialect.followIndex('stat_deltas_guild_id_idx')} JOIN ${items}
      WHERE pending.guild_id = ?`,
    parameters: [guildId],
  };
}

/**
 * A SELECT of the ids of the people who did something in a guild, each once; `withPending` where something of the
 * period may not be merged yet.
 */
export function activeUserIds(
  engine: Engine,
  guildId: string,
  filter: StatFilter,
  withPending: boolean,
): SumSql {
  const subject = { kind: 'people', guildId } as const;
  const merged = mergedWhere(subject, filter);
  if (!withPending) {
    const text = `SELECT DISTINCT user_id FROM stat_rollups WHERE ${merged.text}`;
    return { text, parameters: merged.parameters };
  }
  const rest = pending(dialectOf(engine), subject, filter);
  return {
    text: `SELECT user_id FROM stat_rollups WHERE ${merged.text}
      UNION SELECT user_id FROM (${rest.text}) AS fresh`,
    parameters: [...merged.parameters, ...rest.parameters],
  };
}
