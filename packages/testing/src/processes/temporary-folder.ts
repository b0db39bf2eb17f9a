import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeWithUs } from './guardian.js';

/** A new empty folder, readable by its owner only; removed when the process ends, also when it is killed. */
export function temporaryFolder(purpose = 'test'): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), `slimy-${purpose}-`));
  removeWithUs(folder);
  return folder;
}
