import { DatabaseError } from '../errors.js';

interface SqliteFailure {
  readonly code: string;
  readonly message: string;
}

function failureOf(error: unknown): SqliteFailure | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return { code: error.code, message: error.message };
}

/** `UNIQUE constraint failed: users.email_key` names the table and each column. */
function constraintPlace(message: string): { table: string | undefined; columns: string[] } {
  const places = message.split('constraint failed: ')[1]?.split(', ') ?? [];
  const columns = places.map((place) => place.slice(place.lastIndexOf('.') + 1));
  return { table: places[0]?.includes('.') ? places[0].split('.')[0] : undefined, columns };
}

/** The lengths of texts are check constraints here; any other check or trigger is a rule of the database. */
function checkError(message: string, cause: unknown): DatabaseError {
  const column = /length\("(\w+)"\) <=/.exec(message)?.[1];
  return column === undefined
    ? new DatabaseError('check', 'A rule of the database refuses the row.', { cause })
    : new DatabaseError('too_long', `${column} is too long.`, { columns: [column], cause });
}

/** The error of the driver in the words of this package. */
export function sqliteError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const failure = failureOf(error);
  if (!failure) return new DatabaseError('unknown', 'The embedded database failed.', { cause: error });
  const { code, message } = failure;
  const place = { ...constraintPlace(message), cause: error };
  switch (code) {
    case 'SQLITE_CONSTRAINT_UNIQUE':
    case 'SQLITE_CONSTRAINT_PRIMARYKEY':
    case 'SQLITE_CONSTRAINT_ROWID':
      return new DatabaseError(
        'unique_violation',
        `There is already a row with this ${place.columns.join(', ')}.`,
        place,
      );
    case 'SQLITE_CONSTRAINT_FOREIGNKEY':
      return new DatabaseError('foreign_key', 'The row refers to one that is not there, or is referred to.', {
        cause: error,
      });
    case 'SQLITE_CONSTRAINT_NOTNULL':
      return new DatabaseError('not_null', `${place.columns.join(', ')} must have a value.`, place);
    case 'SQLITE_CONSTRAINT_CHECK':
    case 'SQLITE_CONSTRAINT_TRIGGER':
      return checkError(message, error);
    case 'SQLITE_TOOBIG':
      return new DatabaseError('too_long', 'The value is larger than the database can hold.', {
        cause: error,
      });
    case 'SQLITE_MISMATCH':
      return new DatabaseError('invalid_value', 'A value has the wrong type for its place.', {
        cause: error,
      });
    case 'SQLITE_FULL':
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_READONLY':
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return new DatabaseError('unavailable', `The embedded database cannot be used: ${message}.`, {
        cause: error,
      });
    default:
      if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
        return new DatabaseError('busy', 'Another process holds the embedded database.', { cause: error });
      }
      if (code.startsWith('SQLITE_IOERR')) {
        return new DatabaseError('unavailable', `The embedded database cannot be used: ${message}.`, {
          cause: error,
        });
      }
      if (/^no such (table|column)|has no column named/.test(message)) {
        return new DatabaseError('schema', `The database does not fit the program: ${message}.`, {
          cause: error,
        });
      }
      return new DatabaseError('unknown', 'The embedded database refused the statement.', { cause: error });
  }
}
