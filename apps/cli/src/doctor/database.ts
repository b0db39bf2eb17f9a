import { loadSecrets, type Settings } from '@slimy/config';
import {
  databaseOptions,
  migrationTarget,
  requireFinishedRestore,
  UnfinishedRestoreError,
} from '@slimy/core';
import { auditGuardIsThere, checkDatabase, openDatabase, repositories, type Database } from '@slimy/db';
import { terminalLog } from '../log.js';
import { attempt, failed, ok, warning, type CheckResult } from './check.js';

const MIGRATE = 'Run "pnpm slimy migrate".';

async function schema(settings: Settings): Promise<CheckResult[]> {
  const { migrations, drift, triggers, counters } = await checkDatabase(migrationTarget(settings));
  const { pending, unknown, edited, scriptsPending } = migrations;
  const results: CheckResult[] = [];
  if (pending.length + scriptsPending.length > 0) {
    // Everything that is missing would only repeat this.
    results.push(
      failed('migrations', `Not applied: ${[...pending, ...scriptsPending].join(', ')}.`, MIGRATE),
    );
  }
  if (unknown.length > 0) {
    const message = `The database was migrated by a newer version: ${unknown.join(', ')}.`;
    results.push(failed('migrations', message, 'Start that version, or restore a backup from before it.'));
  }
  if (edited.length > 0) {
    const message = `Files of applied migrations have changed: ${edited.join(', ')}.`;
    results.push(warning('migrations', message, 'Restore prisma/ from the release.'));
  }
  if (drift.length > 0) {
    results.push(warning('schema', drift.join('; '), 'Put these back as prisma/schema has them.'));
  }
  if (triggers.length > 0) {
    results.push(
      warning(
        'triggers',
        `${triggers.join('; ')}.`,
        'Let DATABASE_MIGRATE_URL name an account that may create triggers, and run "pnpm slimy migrate".',
      ),
    );
  }
  if (counters.length > 0) {
    results.push(warning('counters', counters.join('; '), 'Tell the maintainers: a counter is wrong.'));
  }
  return results.length > 0
    ? results
    : [ok('schema', 'Tables, indexes, triggers and counters are as they should be.')];
}

/** What the guard of the audit trail is worth where one account does everything. */
async function auditGuard(settings: Settings, database: Database): Promise<CheckResult> {
  const guarded = await auditGuardIsThere(database);
  if (!guarded) {
    return warning(
      'audit guard',
      'The triggers that keep audit_logs append-only are missing.',
      'Let DATABASE_MIGRATE_URL name an account that may create triggers, and run "pnpm slimy migrate".',
    );
  }
  if (database.engine === 'sqlite' || settings.DATABASE_MIGRATE_URL === undefined) {
    return ok(
      'audit guard',
      'The audit trail is append-only by triggers. The program’s own account could drop them: seals tell if it did ("pnpm slimy audit verify").',
    );
  }
  return ok(
    'audit guard',
    'The audit trail is append-only by triggers that the program’s account does not own.',
  );
}

async function backlog(database: Database): Promise<CheckResult[]> {
  const { jobs, outbox } = repositories(database);
  const { waiting, dead } = await jobs.counts();
  const { count } = await outbox.backlog(new Date(Date.now() - 60_000));
  return [
    dead > 0
      ? warning(
          'jobs',
          `${dead} jobs were given up.`,
          'Look at them with "pnpm slimy jobs list" and try again with "pnpm slimy jobs retry <id>".',
        )
      : ok('jobs', `${waiting} jobs wait, none was given up.`),
    count > 0
      ? warning('outbox', `${count} facts wait for over a minute.`, 'Start a server: any one publishes them.')
      : ok('outbox', 'Nothing waits to be published.'),
  ];
}

/** Under which keys people's Discord tokens are encrypted. */
async function keys(settings: Settings, database: Database): Promise<CheckResult> {
  const counts = await repositories(database).sealedTokens.countByKey();
  if (counts.size === 0) return ok('keys', 'No Discord tokens are stored.');
  const [first, ...others] = loadSecrets(settings).encryptionKeys.map(({ id }) => id);
  const listed = (some: typeof counts) =>
    [...some].map(([id, people]) => `${people} under "${id}"`).join(', ');
  const unknown = new Map([...counts].filter(([id]) => id !== first && !others.includes(id)));
  if (unknown.size > 0) {
    return warning(
      'keys',
      `Discord tokens are encrypted with keys that ENCRYPTION_KEYS does not name: ${listed(unknown)}.`,
      'Put these keys back behind the first one, or let the people sign in again.',
    );
  }
  const old = new Map([...counts].filter(([id]) => id !== first));
  if (old.size > 0) {
    return warning(
      'keys',
      `Discord tokens are still encrypted with old keys: ${listed(old)}.`,
      'Run "pnpm slimy keys rotate"; until then the old keys must stay in ENCRYPTION_KEYS.',
    );
  }
  return ok('keys', `All Discord tokens are encrypted with the key "${first ?? ''}".`);
}

/** Whether a restore into the database came to its end. */
async function restore(database: Database): Promise<CheckResult[]> {
  try {
    await requireFinishedRestore(database);
    return [];
  } catch (error) {
    if (!(error instanceof UnfinishedRestoreError)) throw error;
    const again = 'Run "pnpm slimy restore" again into an empty database, and delete this one.';
    return [failed('restore', 'A restore into this database was not finished.', again)];
  }
}

/** Everything about the database. */
export async function databaseChecks(settings: Settings): Promise<readonly CheckResult[]> {
  const unreachable = 'Start the database, or correct DATABASE_URL.';
  return attempt('database', unreachable, async () => {
    const database = await openDatabase(databaseOptions(settings, terminalLog));
    try {
      const ms = await database.health();
      const answers = ok('database', `${database.version} answers within ${ms.toFixed(1)} ms.`);
      const found = await attempt('schema', MIGRATE, () => schema(settings));
      if (found.some(({ state }) => state === 'failed')) return [answers, ...found];
      const restored = await attempt('restore', MIGRATE, () => restore(database));
      return [
        answers,
        ...found,
        ...restored,
        ...(await attempt('audit guard', MIGRATE, () => auditGuard(settings, database))),
        ...(await attempt('jobs', MIGRATE, () => backlog(database))),
        ...(await attempt('keys', MIGRATE, () => keys(settings, database))),
      ];
    } finally {
      await database.close();
    }
  });
}
