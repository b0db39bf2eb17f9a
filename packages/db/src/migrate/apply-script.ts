import { MigrationError, driverCode, messageOf } from './migration-error.js';
import { statementsOf, type SqlFile } from './migration-folder.js';
import type { ApplyContext } from './apply-migration.js';

/** What MySQL says to an account that may not create triggers, with and without a binary log. */
const TRIGGER_REFUSED = new Set([
  'ER_BINLOG_CREATE_ROUTINE_NEED_SUPER',
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_SPECIFIC_ACCESS_DENIED_ERROR',
]);

function isRefusedTrigger(sql: string, error: unknown): boolean {
  return /^\s*(create|drop)\s[^(]*\btrigger\b/i.test(sql) && TRIGGER_REFUSED.has(driverCode(error));
}

/**
 * Runs an idempotent script from its first statement to its last and records its checksum. A trigger that the
 * account may not create is a warning: the program works without its guards, only less protected.
 * @throws MigrationError `FAILED`.
 */
export async function applyScript(
  context: ApplyContext,
  file: SqlFile,
  warn: (message: string) => void,
): Promise<void> {
  const { connection, lock, recorder } = context;
  await lock.check(connection);
  for (const { sql, line } of statementsOf(file, connection.engine)) {
    try {
      await connection.execute(sql);
    } catch (error) {
      if (!isRefusedTrigger(sql, error)) {
        throw new MigrationError(
          'FAILED',
          `The script ${file.path} failed at line ${line}: ${messageOf(error)}\n` +
            'All migrations are applied; this script and those after it are not. Scripts may run again from the start: remove the cause and run npm run db:migrate.',
          { cause: error },
        );
      }
      warn(
        `${file.name}: this database account may not create triggers (${messageOf(error)}), so this guard is not in place. ` +
          'Name an account that may in DATABASE_MIGRATE_URL, then run npm run db:migrate.',
      );
    }
  }
  await recorder.ran('script', file.name, file.checksum);
}
