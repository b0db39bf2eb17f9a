import type { Engine } from '../sql/direct-sql.js';

/** One row as the driver gives it. */
export type Row = Readonly<Record<string, unknown>>;

export type SqlValue = string | number | bigint | null;

/** The raw connection migrations run on: text in, rows out, nothing pooled or retried. */
export interface MigrationConnection {
  readonly engine: Engine;
  /** Runs one statement; answers the number of rows it changed. */
  execute(sql: string, values?: readonly SqlValue[]): Promise<number>;
  query(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** A text column; null stays null. MariaDB gives some texts of its catalogue as bytes. */
export function textOrNull(row: Row, column: string): string | null {
  const value = row[column];
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new TypeError(`column ${column} is no text`);
}

/** A text column that cannot be null. */
export function text(row: Row, column: string): string {
  const value = textOrNull(row, column);
  if (value === null) throw new TypeError(`column ${column} is null`);
  return value;
}

/** A number column that cannot be null. */
export function integer(row: Row, column: string): number {
  return Number(text(row, column));
}

/** Runs work in one transaction: committed when it ends, rolled back when it throws. */
export async function inTransaction<Result>(
  connection: MigrationConnection,
  work: () => Promise<Result>,
): Promise<Result> {
  await connection.execute(connection.engine === 'mysql' ? 'START TRANSACTION' : 'BEGIN IMMEDIATE');
  try {
    const result = await work();
    await connection.execute('COMMIT');
    return result;
  } catch (error) {
    // A connection that cannot roll back is lost, and the server rolls back by itself: the first error is the one to tell.
    await connection.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
