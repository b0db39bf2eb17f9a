export type { DatabaseContact } from './contact.js';
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
export { randomId, timeOrderedId } from './ids.js';
export { normaliseEmail, normaliseName } from './normalise.js';
export { cursorFormat, InvalidCursorError } from './lists/cursor.js';
export { canonicalJson } from './writers/canonical-json.js';
export { appendAudit, isOwnPersonalPart, type AuditEntry, type AuditPersonalPart } from './writers/audit.js';
export { appendStats, type AppendedStats, type NewStat, type StatValue } from './writers/stats.js';
export { mergeStatDeltas, mergeAllStatDeltas } from './writers/stat-merge.js';
export { appendOutbox, type OutboxFact, type WrittenFact } from './writers/outbox.js';
export {
  clearMentions,
  deleteRowsByKey,
  eraseRowsOf,
  keysThatStill,
  restoreCounters,
  isMentioned,
  sweepMentions,
  sweptTables,
  tablesThatGo,
  type ErasedBatch,
} from './personal/erase-rows.js';
export {
  clearMentionsIn,
  findMentions,
  mentioningTables,
  withoutMentions,
  type MentionedId,
} from './personal/mentions.js';
export { textColumns } from './personal/text-columns.js';
export { personalTable, personalTables, type Erasure, type PersonalTable } from './personal/registry.js';
export {
  insertPlainRows,
  readPlainRows,
  tableColumns,
  tableNames,
  type PlainRow,
} from './tables/table-rows.js';
export { rowsWithFreeKeys } from './tables/free-rows.js';
export { openLoader, openSnapshot, type OwnConnection } from './snapshot/own-connection.js';
export * from './repositories/index.js';
export { auditGuardIsThere } from './migrate/audit-guard.js';
export { checkDatabase, type DatabaseCheck } from './migrate/check-database.js';
export type { MigrationDatabase } from './migrate/connect.js';
export {
  migrate,
  type MigrateOptions,
  type MigrateResult,
  type MigrationLogger,
  type Seed,
} from './migrate/migrate.js';
export { MigrationError, type MigrationErrorCode } from './migrate/migration-error.js';
export { migrationStatus, type MigrationStatus } from './migrate/migration-status.js';
