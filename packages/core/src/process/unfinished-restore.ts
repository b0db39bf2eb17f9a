import { repositories, type Database, type OwnConnection } from '@slimy/db';

/** A backup was begun to be restored into this database, and not to its end. The message says what to do. */
export class UnfinishedRestoreError extends Error {
  override readonly name = 'UnfinishedRestoreError';

  constructor() {
    super(
      'A restore into this database was not finished: rows may be missing, and people who were erased may stand in it. Run "pnpm slimy restore" again into an empty database: name a new one in DATABASE_URL, or another DATA_DIR, and delete this one.',
    );
  }
}

/** The fact that stands in a database from before its first restored row until the last erased person is out of it. */
export const UNFINISHED_RESTORE = 'restore.unfinished';

/** Marks a database, on the connection that fills it. */
export async function beginRestore({ sql }: OwnConnection, now: Date): Promise<void> {
  await sql.execute('DELETE FROM program_facts WHERE name = ?', [UNFINISHED_RESTORE]);
  const values = [UNFINISHED_RESTORE, now.toISOString(), now];
  await sql.execute('INSERT INTO program_facts (name, value, updated_at) VALUES (?, ?, ?)', values);
}

/** Takes the mark away: everything is back, and whoever was erased since is out of it. */
export async function endRestore(database: Database): Promise<void> {
  await repositories(database).facts.forget([UNFINISHED_RESTORE]);
}

/** Refuses a database that a restore was not finished into. @throws UnfinishedRestoreError */
export async function requireFinishedRestore(database: Database): Promise<void> {
  if ((await repositories(database).facts.get(UNFINISHED_RESTORE)) !== null)
    throw new UnfinishedRestoreError();
}
