export type { Database, Transaction, TransactionOptions } from './database.js';
export { DatabaseError, type DatabaseErrorDetails, type DatabaseErrorKind } from './errors.js';
export { openDatabase } from './open-database.js';
export type { DatabaseLogger, DatabaseOptions, DatabaseTls } from './options.js';
export type { DirectSql, Engine, SqlExecutor } from './sql/direct-sql.js';
export {
  column,
  jsonText,
  type ColumnReader,
  type Columns,
  type RowOf,
  type SqlValue,
} from './sql/values.js';
