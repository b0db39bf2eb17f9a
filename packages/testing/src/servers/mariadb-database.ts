import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Connection } from 'mysql2/promise';

/** Runs work on a connection that takes several statements at once. `caFile`: speak TLS with this authority. */
export async function withConnection<Result>(
  url: string,
  work: (connection: Connection) => Promise<Result>,
  caFile?: string,
): Promise<Result> {
  // Loaded here, not by every test file that uses this package.
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection({
    uri: url,
    connectTimeout: 5000,
    multipleStatements: true,
    ...(caFile ? { ssl: { ca: readFileSync(caFile, 'utf8') } } : {}),
  });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

/**
 * Makes a utf8mb4 database with a name nobody has on the server at `serverUrl`, runs the `statements` in it,
 * and returns its URL.
 */
export async function createMariaDbDatabase(
  serverUrl: string,
  { caFile, statements = '' }: { readonly caFile?: string | undefined; readonly statements?: string } = {},
): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const create = `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; USE ${name}; ${statements}`;
  await withConnection(serverUrl, (connection) => connection.query(create), caFile);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
