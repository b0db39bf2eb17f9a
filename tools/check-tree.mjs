// Checks over the whole tree that no package can make by itself: import direction, unused files and exports.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importDirectionErrors } from './import-direction.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const report = (title, problems) => {
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${title}`);
  for (const line of problems) console.log(`  ${line}`);
  return problems.length;
};

const knip = spawnSync(join(root, 'node_modules', '.bin', 'knip'), ['--no-progress', '--no-config-hints'], {
  cwd: root,
  encoding: 'utf8',
});
const unused = knip.status === 0 ? [] : `${knip.stdout}${knip.stderr}`.trim().split('\n');
const formatted = spawnSync(
  join(root, 'node_modules', '.bin', 'oxfmt'),
  ['--check', 'tools', 'vitest.base.ts'],
  {
    cwd: root,
    encoding: 'utf8',
  },
);
const unformatted = formatted.status === 0 ? [] : formatted.stdout.trim().split('\n');
const problems =
  report('import direction', importDirectionErrors(root)) +
  report('unused files and exports', unused) +
  report('format of the root files', unformatted);
process.exit(problems > 0 ? 1 : 0);
