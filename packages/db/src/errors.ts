/**
 * What went wrong, whatever the engine and whichever way the statement went:
 * - `unique_violation`, `foreign_key`, `not_null`, `check`: a constraint refused the row.
 * - `not_found`: the row to change or to read is not there.
 * - `too_long`, `out_of_range`, `invalid_value`: a value does not fit its column.
 * - `deadlock`: two transactions met; `busy`: another connection holds a lock. Both may be tried again.
 * - `timeout`: the statement or the transaction took too long, or no connection became free.
 * - `unavailable`: the server cannot be reached or refuses us; may be tried again later.
 * - `schema`: a table or column is missing: migrations have not run, or the program is older than the database.
 * - `misuse`: the caller broke a rule of this package; `unknown`: anything else.
 */
export type DatabaseErrorKind =
  | 'unique_violation'
  | 'foreign_key'
  | 'not_null'
  | 'check'
  | 'not_found'
  | 'too_long'
  | 'out_of_range'
  | 'invalid_value'
  | 'deadlock'
  | 'busy'
  | 'timeout'
  | 'unavailable'
  | 'schema'
  | 'misuse'
  | 'unknown';

/** Where it happened, as far as the engine says. Never holds a value of a row. */
export interface DatabaseErrorDetails {
  readonly table?: string | undefined;
  /** Names of columns in the table, in the order of the constraint. */
  readonly columns?: readonly string[] | undefined;
  /** Name of the index or key, where the engine gives it. */
  readonly constraint?: string | undefined;
  readonly cause?: unknown;
}

/** Kinds whose driver error quotes values of the row; it is not kept, so that no log can show them. */
const quoting: ReadonlySet<DatabaseErrorKind> = new Set(['unique_violation', 'invalid_value', 'misuse']);

const passing: ReadonlySet<DatabaseErrorKind> = new Set(['deadlock', 'busy', 'timeout', 'unavailable']);

/** The one error that leaves this package for anything the database refused or failed to do. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly kind: DatabaseErrorKind;
  readonly table: string | undefined;
  readonly columns: readonly string[];
  readonly constraint: string | undefined;

  constructor(kind: DatabaseErrorKind, message: string, details: DatabaseErrorDetails = {}) {
    super(message, details.cause === undefined || quoting.has(kind) ? undefined : { cause: details.cause });
    this.kind = kind;
    this.table = details.table;
    this.columns = details.columns ?? [];
    this.constraint = details.constraint;
  }

  /** Whether the same call may succeed later without any change. */
  get passing(): boolean {
    return passing.has(this.kind);
  }

  /** Whether this is the refusal of a second row with these columns; order does not matter. */
  isUniqueOn(...columns: readonly string[]): boolean {
    return (
      this.kind === 'unique_violation' &&
      columns.length === this.columns.length &&
      columns.every((column) => this.columns.includes(column))
    );
  }
}

/** What every call to a closed database ends with. */
export function closedError(): DatabaseError {
  return new DatabaseError('unavailable', 'The database is closed.');
}
