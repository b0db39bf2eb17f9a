import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The longest name that every system takes for a socket. */
const LONGEST_PATH = 100;

/** Where the server of a data folder listens for the command line of the same machine. */
export function adminAddress(dataDir: string): string {
  const own = join(dataDir, 'admin.sock');
  if (process.platform === 'win32' || own.length > LONGEST_PATH) {
    const name = `slimy-${createHash('sha256').update(dataDir).digest('hex').slice(0, 32)}`;
    return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
  }
  return own;
}
