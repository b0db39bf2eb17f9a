import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const found = new Map<string, string>();

/**
 * The full path of the first of `names` that is on the PATH (or in the system's sbin, where servers live).
 * @throws Error naming the package to install when none is there.
 */
export function binaryPath(names: readonly string[], debianPackage: string): string {
  const key = names.join(' ');
  const known = found.get(key);
  if (known) return known;
  const search = `PATH="$PATH:/usr/local/sbin:/usr/sbin"; for name; do command -v "$name" && exit; done; exit 0`;
  const path = execFileSync('/bin/sh', ['-c', search, 'sh', ...names], { encoding: 'utf8' }).trim();
  if (path === '') {
    throw new Error(
      `${names.join(' or ')} is not on the PATH. Install it (Debian and Ubuntu: apt install ${debianPackage}) and run again.`,
    );
  }
  found.set(key, path);
  return path;
}

/** The first version number that the program prints with `--version`, such as `10.11.19`. */
export async function binaryVersion(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(path, ['--version']);
  return /\d+\.\d+[\d.]*/.exec(stdout)?.[0] ?? stdout.trim();
}
