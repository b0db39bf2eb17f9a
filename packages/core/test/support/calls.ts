import { procedures, type InputOf, type ProcedureName } from '@slimy/contract';
import { column } from '@slimy/db';
import type { CallForm, Caller, Rule } from '../../src/index.ts';
import type { TestCore } from './open-core.ts';

/** Passes a call through the gate as the procedures do; resolves when it may go on. */
export async function passGate(
  core: TestCore,
  caller: Caller,
  rule: Rule,
  input: unknown,
  form: Partial<CallForm> = {},
): Promise<void> {
  const whole = { viaBot: false, byToken: true, mutation: false, ...form };
  core.permissions.beforeInput(caller, rule, whole);
  await core.permissions.afterInput(caller, rule, input, whole);
}

/** The reason a call was refused with, or `allowed`. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'allowed',
    (error: unknown) => (error instanceof Error && 'reason' in error ? String(error.reason) : String(error)),
  );
}

/**
 * The outcome of a call that is made again while the database has no time for it, as clients do: on a busy
 * machine the last in a queue for one row may wait longer than the program lets anybody wait.
 */
export async function untilAvailable(call: () => Promise<unknown>): Promise<string> {
  for (;;) {
    const outcome = await outcomeOf(call());
    if (outcome !== 'database_unavailable') return outcome;
  }
}

/** An input as a procedure receives it: parsed, with its defaults. */
export function parsed<Name extends ProcedureName>(name: Name, input: unknown): InputOf<Name>;
export function parsed(name: ProcedureName, input: unknown): unknown {
  return procedures[name].input.parse(input);
}

interface AuditRow {
  action: string;
  success: boolean;
  actor_kind: string;
  via_bot: boolean;
  occurrences: number;
  user_id: string | null;
  before: unknown;
  after: unknown;
}

/** The audit trail, oldest first. */
export async function auditTrail(core: TestCore, action: string): Promise<readonly AuditRow[]> {
  return core.database.sql.query(
    `SELECT l.action, l.success, l.actor_kind, l.via_bot, l.occurrences, p.user_id, p.\`before\`, p.\`after\`
     FROM audit_logs l JOIN audit_personal p ON p.audit_id = l.id WHERE l.action = ? ORDER BY l.sequence`,
    [action],
    {
      action: column.text,
      success: column.boolean,
      actor_kind: column.text,
      via_bot: column.boolean,
      occurrences: column.int,
      user_id: column.nullable(column.text),
      before: column.nullable(column.json),
      after: column.nullable(column.json),
    },
  );
}
