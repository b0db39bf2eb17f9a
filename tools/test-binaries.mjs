// The servers and the browser that the suites start privately. Where they are missing and we may, they are
// installed with apt, without starting their services; elsewhere the person is told what to install.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const needed = [
  { purpose: 'MariaDB', anyOf: ['mariadbd', 'mysqld'], debianPackage: 'mariadb-server' },
  { purpose: 'MariaDB', anyOf: ['mariadb-install-db', 'mysql_install_db'], debianPackage: 'mariadb-server' },
  { purpose: 'Redis', anyOf: ['redis-server', 'valkey-server'], debianPackage: 'redis-server' },
  { purpose: 'Redis', anyOf: ['redis-cli'], debianPackage: 'redis-server' },
  {
    purpose: 'Chromium',
    anyOf: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    debianPackage: 'chromium',
  },
  { purpose: 'certificates for TLS', anyOf: ['openssl'], debianPackage: 'openssl' },
];

/** The needed programs that are in none of the folders of `path` (nor in the system's sbin). */
export function missingBinaries(path) {
  const folders = [...path.split(delimiter), '/usr/local/sbin', '/usr/sbin'];
  const present = (name) => folders.some((folder) => existsSync(join(folder, name)));
  return needed.filter(({ anyOf }) => !anyOf.some(present));
}

const policyFile = '/usr/sbin/policy-rc.d';

/** Keeps Debian's packages from starting their services while `work` runs. */
function withoutServices(work) {
  const ours = !existsSync(policyFile);
  if (ours) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return work();
  } finally {
    if (ours) rmSync(policyFile);
  }
}

function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args) => spawnSync('apt-get', args, { stdio: 'inherit', env }).status === 0;
  return withoutServices(
    () => apt('update') && apt('install', '--yes', '--no-install-recommends', ...packages),
  );
}

function hasApt() {
  try {
    execFileSync('apt-get', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes sure that every needed program is there.
 * @returns lines that say what the person must do; none when all is there.
 */
export function provideBinaries({
  missing = () => missingBinaries(process.env.PATH ?? ''),
  mayInstall = () => process.getuid?.() === 0 && hasApt(),
  install = aptInstall,
  log = console.log,
} = {}) {
  const absent = missing();
  if (absent.length === 0) return [];
  const packages = [...new Set(absent.map((one) => one.debianPackage))];
  const list = absent.map(({ purpose, anyOf }) => `${anyOf.join(' or ')} (${purpose})`).join(', ');
  const advice = [
    `The tests start private servers and a browser; not on the PATH: ${list}.`,
    `Install them and run the tests again. Debian and Ubuntu: sudo apt-get install --no-install-recommends ${packages.join(' ')}`,
  ];
  if (!mayInstall()) return advice;
  log(`Not on the PATH: ${list}. Installing ${packages.join(', ')} with apt, without starting services …`);
  if (!install(packages)) return ['apt-get failed; the lines above say why.', ...advice];
  return missing().length === 0 ? [] : advice;
}
