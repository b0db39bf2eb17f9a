// Runs every check and every suite once through turbo, then prints one summary of all packages.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const underPnpm = (process.env.npm_config_user_agent ?? '').startsWith('pnpm/');
const task = process.argv.includes('--long') ? 'test:long' : 'test';
const turbo = [
  'exec',
  'turbo',
  'run',
  'lint',
  'check:tree',
  'typecheck',
  task,
  '--continue',
  '--concurrency=2',
  '--output-logs=new-only',
];
const [command, args] = underPnpm ? ['pnpm', turbo] : ['npx', ['-y', manifest.packageManager, ...turbo]];
const result = spawnSync(command, args, { cwd: root, stdio: 'inherit' });

let passed = 0;
let failed = 0;
for (const group of ['packages', 'apps']) {
  for (const name of readdirSync(join(root, group))) {
    const report = join(root, group, name, '.test-report', 'results.json');
    if (!existsSync(report)) continue;
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    passed += numPassedTests;
    failed += numFailedTests;
  }
}
if (result.status !== 0 && failed === 0) {
  console.error('A step before or beside the tests failed; the lines above say which.');
  failed = 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || result.status !== 0 ? 1 : 0);
