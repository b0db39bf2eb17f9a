import { readPlainRows, type PlainRow, type SqlExecutor } from '@slimy/db';
import { z } from 'zod';
import { resourcesOfPeople } from '../write/audit-facts.js';
import type { KeptRows } from './data-subject.js';
import { textOf } from './row-values.js';

/** What a record of an act on several people keeps of each of them. */
const several = z.object({
  people: z.array(z.object({ person: z.string().nullable(), before: z.unknown(), after: z.unknown() })),
});

const ROWS_AT_ONCE = 200;

/** What of a record says nothing about whoever acted. */
const shown = [
  'sequence',
  'id',
  'timestamp',
  'action',
  'resource_type',
  'guild_id',
  'success',
  'actor_kind',
  'occurrences',
] as const;

async function changesOf(sql: SqlExecutor, ids: readonly string[]): Promise<ReadonlyMap<string, PlainRow>> {
  const where = `audit_id IN (${ids.map(() => '?').join(', ')})`;
  const rows = await readPlainRows(sql, 'audit_personal', { where, parameters: ids });
  return new Map(rows.map((row) => [textOf(row, 'audit_id'), row]));
}

/** What an act changed of the person alone. */
function changeOf(
  personal: PlainRow | undefined,
  auditRef: string,
): { readonly before?: unknown; readonly after?: unknown } | undefined {
  const { data } = several.safeParse(personal?.['details']);
  return data ? data.people.find(({ person }) => person === auditRef) : personal;
}

/**
 * The records of the trail of what others did to a person, a bounded number at a time: what was done, and what it
 * changed of them. Who did it, from where and with what is that person's own.
 */
export async function* actsAbout(sql: SqlExecutor, userId: string): AsyncGenerator<KeptRows> {
  const [person] = await readPlainRows(sql, 'users', { where: 'id = ?', parameters: [userId] });
  if (person === undefined) return;
  const types = [...resourcesOfPeople];
  const auditRef = textOf(person, 'audit_ref');
  const alone = `resource_type IN (${types.map(() => '?').join(', ')}) AND resource_id IN (?, ?)`;
  const amongOthers = `resource_type IN (${types.map(() => '?').join(', ')}) AND resource_id IS NULL
    AND EXISTS (SELECT 1 FROM audit_personal p WHERE p.audit_id = audit_logs.id AND p.details LIKE ?)`;
  const about = `((${alone}) OR (${amongOthers}))`;
  for (let after = '0'; ;) {
    const records: PlainRow[] = await readPlainRows(sql, 'audit_logs', {
      where: `${about} AND (actor_ref IS NULL OR actor_ref <> ?) AND sequence > ?`,
      parameters: [...types, auditRef, userId, ...types, `%${auditRef}%`, auditRef, BigInt(after)],
      orderBy: 'sequence',
      limit: ROWS_AT_ONCE,
    });
    const last = records.at(-1);
    if (last === undefined) return;
    const changes = await changesOf(
      sql,
      records.map((record) => textOf(record, 'id')),
    );
    const rows = records.map((record) => {
      const change = changeOf(changes.get(textOf(record, 'id')), auditRef);
      return {
        ...Object.fromEntries(shown.map((name) => [name, record[name] ?? null])),
        before: change?.before ?? null,
        after: change?.after ?? null,
      };
    });
    yield { table: 'audit_logs', rows };
    after = textOf(last, 'sequence');
  }
}
