import type { Database } from '../database.js';
import { column } from '../sql/values.js';

const triggers = ['audit_logs_refuse_delete', 'audit_logs_refuse_update'];

/** Whether the triggers that keep the audit trail append-only stand in the database. */
export async function auditGuardIsThere({ engine, sql }: Database): Promise<boolean> {
  const text =
    engine === 'mysql'
      ? 'SELECT COUNT(*) AS count FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name IN (?, ?)'
      : `SELECT COUNT(*) AS count FROM sqlite_master WHERE type = 'trigger' AND name IN (?, ?)`;
  const row = await sql.one(text, triggers, { count: column.int });
  return row?.count === triggers.length;
}
