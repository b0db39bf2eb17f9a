import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { binaryPath } from '../processes/binary.js';

/** The redo log must have the same size in the template and in the servers made from it. */
export const redoLogSize = '--innodb-log-file-size=16M';

/** MariaDB refuses to run as root unless told so. */
export const asUser = userInfo().uid === 0 ? ['--user=root'] : [];

/**
 * Fills `folder` with an empty MariaDB data folder. Making one takes seconds, so one is kept for each server
 * version in the system's temporary folder and copied.
 */
export async function copyMariaDbTemplate(version: string, folder: string): Promise<void> {
  const { uid, username } = userInfo();
  const cache = join(tmpdir(), `slimy-test-mariadb-${uid}`);
  await mkdir(cache, { recursive: true, mode: 0o700 });
  if ((await stat(cache)).uid !== uid) throw new Error(`${cache} belongs to somebody else; remove it.`);
  const template = join(cache, version);
  if (!existsSync(template)) {
    const draft = await mkdtemp(join(cache, 'draft-'));
    const install = binaryPath(['mariadb-install-db', 'mysql_install_db'], 'mariadb-server');
    await promisify(execFile)(install, [
      '--no-defaults',
      `--datadir=${draft}`,
      '--auth-root-authentication-method=socket',
      `--auth-root-socket-user=${username}`,
      '--skip-test-db',
      '--skip-name-resolve',
      redoLogSize,
      ...asUser,
    ]);
    // Another process may have finished first: then its template serves.
    await rename(draft, template).catch(async (error: unknown) => {
      if (!existsSync(template)) throw error;
      await rm(draft, { recursive: true });
    });
  }
  await cp(template, folder, { recursive: true });
}
