// Checks over the whole tree that no package can make by itself: import direction, dependencies, unused files and exports.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { advisoryProblems, supplyProblems } from './advisories.mjs';
import { importDirectionErrors } from './import-direction.mjs';
import { licenceProblems } from './licences.mjs';
import { securityDocProblems } from './security-doc.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const report = (title, problems) => {
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${title}`);
  for (const line of problems) console.log(`  ${line}`);
  return problems.length;
};

/** Runs one checker from node_modules; its output is the problems. */
function check(name, ...args) {
  const result = spawnSync(join(root, 'node_modules', '.bin', name), args, { cwd: root, encoding: 'utf8' });
  return result.status === 0 ? [] : `${result.stdout}${result.stderr}`.trim().split('\n');
}

const rootFiles = ['tools', 'vitest.base.ts'];
const problems =
  report('import direction', importDirectionErrors(root)) +
  report('install scripts and digests of dependencies', supplyProblems(root)) +
  report('known holes of dependencies', advisoryProblems(root)) +
  report('licences of dependencies', licenceProblems(root)) +
  report('tests that docs/security.md names', securityDocProblems(root)) +
  report('unused files and exports', check('knip', '--no-progress', '--no-config-hints')) +
  report('lint of the root files', check('oxlint', '--deny-warnings', ...rootFiles)) +
  report('format of the root files', check('oxfmt', '--check', ...rootFiles));
process.exit(problems > 0 ? 1 : 0);
