import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Makes an empty utf8mb4 database with a name nobody has on the server at `serverUrl`; returns its URL. */
export async function createMariaDbDatabase(serverUrl: string, caFile?: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  // Loaded here, not by every test file that uses this package.
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection({
    uri: serverUrl,
    connectTimeout: 5000,
    ...(caFile ? { ssl: { ca: readFileSync(caFile, 'utf8') } } : {}),
  });
  try {
    await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  } finally {
    await connection.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
