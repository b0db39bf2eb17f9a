import { openDatabase, type Database } from '@slimy/db';

/** A connection of a process that is killed after so many commits: whatever it asks for later never happens. */
export async function dyingDatabase(url: string, commits: number): Promise<Database> {
  const database = await openDatabase({ url, poolSize: 2 });
  const transaction = database.transaction.bind(database);
  let left = commits;
  database.transaction = async (...given) => {
    if (left <= 0) throw new Error('killed');
    left -= 1;
    return transaction(...given);
  };
  return database;
}
