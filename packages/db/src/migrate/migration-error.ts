/**
 * What stopped a migration:
 * - `WRONG_FOLDER` the migration files are missing, for another engine or not readable as SQL;
 * - `NOT_OURS` the database has tables but no migration history;
 * - `NEWER` the database was migrated by a newer program;
 * - `FAILED` a statement failed;
 * - `IN_DOUBT` the files no longer match statements that already ran, or another tool left a migration half done;
 * - `LOCKED` another process held the lock for longer than this one may wait;
 * - `LOCK_LOST` another process took the lock over;
 * - `STOPPED` the caller asked to stop.
 */
export type MigrationErrorCode =
  | 'WRONG_FOLDER'
  | 'NOT_OURS'
  | 'NEWER'
  | 'FAILED'
  | 'IN_DOUBT'
  | 'LOCKED'
  | 'LOCK_LOST'
  | 'STOPPED';

/** A migration could not go on. The message says what is applied, what is not, and what to do next. */
export class MigrationError extends Error {
  readonly code: MigrationErrorCode;

  constructor(code: MigrationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
    this.code = code;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The driver's error code, such as `ER_BAD_DB_ERROR` or `SQLITE_BUSY`; an empty text where there is none. */
export function driverCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** Another connection holds SQLite's lock for now. */
export function isBusy(error: unknown): boolean {
  return driverCode(error).startsWith('SQLITE_BUSY');
}
