import { connection } from './connection.ts';

/**
 * Loads the code of a page. While the server is away it waits for it, under the banner that says so. Code that
 * is missing although the server answers belongs to an older version: the router then reloads the page.
 */
export async function pageCode<Code>(load: () => Promise<Code>): Promise<Code> {
  try {
    return await load();
  } catch {
    connection.unreachable();
    await connection.whenReachable();
    return load();
  }
}
