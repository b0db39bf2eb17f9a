import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '../errno.js';

/** Another running process owns the data folder. */
export class DataFolderTakenError extends Error {
  constructor(folder: string, pid: number) {
    super(
      `The data folder ${folder} is in use by process ${pid}, and the embedded database serves one process only. ` +
        `Stop that process, or give this one another DATA_DIR (or a DATABASE_URL).`,
    );
    this.name = 'DataFolderTakenError';
  }
}

/** When a process began, as Linux tells it, so that a number used again is not taken for the old process. */
export function beganAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    // Not Linux, or no such process: the number alone has to do.
    return '';
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

/** The running process that a lock file names; null for a file that is gone or was left behind. */
function livingOwner(file: string): number | null {
  try {
    const [pidText = '', began = ''] = readFileSync(file, 'utf8').split(' ');
    const pid = Number(pidText);
    if (!Number.isSafeInteger(pid) || pid <= 0 || !isRunning(pid)) return null;
    return began === beganAt(pid) ? pid : null;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Takes a lock file that nobody alive owns out of the way; what is moved away by mistake is put back. */
function removeLeftBehind(file: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (livingOwner(aside) !== null) linkSync(aside, file);
    rmSync(aside, { force: true });
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'EEXIST')) throw error;
  }
}

/**
 * Makes this process the owner of a data folder; gives the function that lets go of it.
 * @throws DataFolderTakenError naming the process that owns it
 */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'server.pid');
  const own = `${file}.new-${process.pid}`;
  writeFileSync(own, `${process.pid} ${beganAt(process.pid)}`, { mode: 0o600 });
  try {
    for (;;) {
      try {
        // Linking is atomic and never replaces: the file is there whole, or somebody else's is.
        linkSync(own, file);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if (!isErrno(error, 'EEXIST')) throw error;
      }
      const owner = livingOwner(file);
      if (owner !== null) throw new DataFolderTakenError(folder, owner);
      removeLeftBehind(file);
    }
  } finally {
    rmSync(own, { force: true });
  }
}
