import { accessSync, constants, mkdtempSync, realpathSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeWithUs } from './guardian.js';

/** Where Linux keeps files in memory: making a schema there takes half the time it takes on a disk. */
const IN_MEMORY = '/dev/shm';
/** Suites of several packages run at once, each with servers of its own. */
const ENOUGH_BYTES = 4 * 2 ** 30;

function inMemory(): boolean {
  try {
    accessSync(IN_MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}

/**
 * A new empty folder, readable by its owner only; removed when the process ends, also when it is killed. In
 * memory where the system offers that with room to spare, else in its folder for temporary files.
 */
export function temporaryFolder(purpose = 'test'): string {
  const base = inMemory() ? IN_MEMORY : realpathSync(tmpdir());
  const folder = mkdtempSync(join(base, `slimy-${purpose}-`));
  removeWithUs(folder);
  return folder;
}
