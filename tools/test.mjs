// Runs every check and every suite once through turbo, then prints one summary of all packages.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runToEnd } from './child-process.mjs';
import { provideBinaries } from './test-binaries.mjs';
import { readReports, removeReports } from './test-reports.mjs';
import { summarise } from './test-summary.mjs';

const root = join(import.meta.dirname, '..');
const missing = provideBinaries();
if (missing.length > 0) {
  console.error(missing.join('\n'));
  process.exit(1);
}

if (process.argv.includes('--long')) process.env.SLIMY_TEST_LONG = '1';
removeReports(root);
const turbo = join(root, 'node_modules', 'turbo', 'bin', 'turbo');
// The longest first and beside the others: turbo would begin them last, and the whole would wait for them.
const longest = ['@slimy/core', '@slimy/server', '@slimy/web'];

/** Runs tasks, some at once: more than there are cores to count on, since suites also wait for processes and pages. */
function run(tasks, atOnce, filters = []) {
  const options = ['--continue', `--concurrency=${atOnce}`, '--output-logs=new-only', ...filters];
  return runToEnd(process.execPath, [turbo, 'run', ...tasks, ...options], { cwd: root });
}

const codes = await Promise.all([
  run(
    ['test'],
    longest.length,
    longest.map((name) => `--filter=${name}`),
  ),
  run(
    ['test'],
    2,
    longest.map((name) => `--filter=!${name}`),
  ).then(async (code) => Math.max(code, await run(['lint', 'check:tree', 'typecheck', 'test:tools'], 2))),
]);
const code = Math.max(...codes);

// Ended by a signal: there is nothing to sum up.
if (code > 128) process.exit(code);

/** The version of the embedded engine, from the library that the program opens it with. */
function sqliteVersion() {
  const Database = createRequire(join(root, 'packages', 'db', 'package.json'))('libsql');
  return new Database(':memory:').prepare('SELECT sqlite_version() AS version').get().version;
}

const runtime = { node: process.versions.node, sqlite: sqliteVersion() };
const { lines, passed, failed } = summarise(readReports(root), runtime);
for (const line of lines) console.log(line);
// A step beside the tests (build, lint, types) counts as one failure: the lines above say which.
const total = code !== 0 && failed === 0 ? 1 : failed;
if (total > failed) console.log('failed  a step other than the tests; its output stands above');
console.log(`${passed} passed, ${total} failed`);
process.exit(total > 0 ? Math.max(1, code) : 0);
