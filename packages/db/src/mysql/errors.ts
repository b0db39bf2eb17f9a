import { DatabaseError, type DatabaseErrorKind } from '../errors.js';
import { uniqueIndexes } from '../generated/columns.js';

/** What a driver says of a failure: the server's number and message, or the driver's own code. */
export interface MysqlFailure {
  readonly errno: number;
  readonly code: string;
  readonly message: string;
}

/** What the error numbers of MariaDB and MySQL mean. */
const kinds: Readonly<Record<number, DatabaseErrorKind>> = {
  1020: 'deadlock', // the row changed since the snapshot (MariaDB 11.6 and later)
  1040: 'unavailable', // too many connections
  1044: 'unavailable', // no right on the database
  1045: 'unavailable', // wrong user or password
  1047: 'unavailable', // a Galera node that is not ready
  1048: 'not_null',
  1049: 'unavailable', // no such database
  1053: 'unavailable', // the server is shutting down
  1054: 'schema',
  1062: 'unique_violation',
  1146: 'schema',
  1153: 'too_long', // larger than max_allowed_packet
  1180: 'deadlock', // error during commit (Galera certification)
  1203: 'unavailable',
  1205: 'busy', // lock wait timeout
  1213: 'deadlock',
  1216: 'foreign_key',
  1217: 'foreign_key',
  1226: 'unavailable',
  1264: 'out_of_range',
  1290: 'unavailable', // read only
  1292: 'invalid_value',
  1317: 'timeout', // killed
  1364: 'not_null',
  1366: 'invalid_value',
  1406: 'too_long',
  1451: 'foreign_key',
  1452: 'foreign_key',
  1644: 'check', // SIGNAL of a trigger
  1690: 'out_of_range',
  1927: 'unavailable', // connection killed
  1969: 'timeout', // max_statement_time
  3024: 'timeout', // max_execution_time
  3819: 'check',
  4025: 'check', // MariaDB
};

const socketCodes =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|PROTOCOL_CONNECTION_LOST|HANDSHAKE_\w+)$/;

const messages: Readonly<Partial<Record<DatabaseErrorKind, string>>> = {
  foreign_key: 'The row refers to one that is not there, or is referred to.',
  check: 'A rule of the database refuses the row.',
  out_of_range: 'A number is outside the range of its column.',
  invalid_value: 'A value has the wrong form for its column.',
  deadlock: 'Two transactions met; one was rolled back.',
  busy: 'Another transaction holds the row for too long.',
  timeout: 'The database took too long, or no connection became free.',
  unavailable: 'The database server cannot be used.',
  schema: 'The database does not fit the program: a table or column is missing.',
};

/** The failure inside an error of the driver; null when it is none. */
export function mysqlFailureOf(error: unknown): MysqlFailure | null {
  if (!(error instanceof Error)) return null;
  const errno = 'errno' in error && typeof error.errno === 'number' ? error.errno : 0;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (errno === 0 && code === '') {
    // mysql2 names no code for a statement on a connection that has ended: its own close, or an earlier loss.
    if (!('fatal' in error && error.fatal === true)) return null;
    return { errno, code: 'PROTOCOL_CONNECTION_LOST', message: error.message };
  }
  const message =
    'sqlMessage' in error && typeof error.sqlMessage === 'string' ? error.sqlMessage : error.message;
  return { errno, code, message };
}

/** The failure in the words of this package; `table` is the one of the statement, where the caller knows it. */
export function mysqlError(
  { errno, code, message }: MysqlFailure,
  cause: unknown,
  table?: string,
): DatabaseError {
  const kind = kinds[errno] ?? (socketCodes.test(code) ? 'unavailable' : 'unknown');
  switch (kind) {
    case 'unique_violation': {
      // MariaDB: key 'users_email_key_key'; MySQL 8: key 'users.users_email_key_key'.
      const [, ofTable = table, constraint] = /for key '(?:([^'.]+)\.)?([^']+)'/.exec(message) ?? [];
      const index = uniqueIndexes.find(
        ({ name, table: owner }) => name === constraint && (name !== 'PRIMARY' || owner === ofTable),
      );
      const what = index?.columns.join(', ') ?? 'key';
      return new DatabaseError(kind, `There is already a row with this ${what}.`, {
        table: index?.table ?? ofTable,
        columns: index?.columns,
        constraint,
        cause,
      });
    }
    case 'not_null':
    case 'too_long': {
      const column = /(?:Column|column|Field) '([^']+)'/.exec(message)?.[1];
      const rule = kind === 'not_null' ? 'must have a value' : 'is too long';
      return new DatabaseError(kind, `${column ?? 'A value'} ${rule}.`, {
        table,
        columns: column === undefined ? [] : [column],
        cause,
      });
    }
    case 'foreign_key': {
      const [, constraint, column] = /CONSTRAINT `([^`]+)` FOREIGN KEY \(`([^`]+)`\)/.exec(message) ?? [];
      return new DatabaseError(kind, messages.foreign_key ?? '', {
        table,
        constraint,
        columns: column === undefined ? [] : [column],
        cause,
      });
    }
    default:
      return new DatabaseError(kind, messages[kind] ?? 'The database refused the statement.', { cause });
  }
}
