// What each root command does, as steps. A `run` step is a Node program that ends, with its output shown
// unless `quiet` (then only when it fails); `become` is the program that the command goes on as.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const turbo = (...args) => ({ run: ['node_modules/turbo/bin/turbo', 'run', ...args] });
const quiet = (step) => ({ ...step, quiet: true });

/**
 * Builds what the programs need. Where nothing is built yet, one `tsc -b` over all projects comes first: it takes
 * half the time that each package by itself takes, and turbo then finds them up to date.
 */
function build() {
  const rest = turbo('build', '--output-logs=errors-only');
  if (existsSync(join(import.meta.dirname, '..', 'apps', 'server', 'dist', 'main.js'))) return [rest];
  return [
    turbo('generate', '--output-logs=errors-only'),
    { run: ['node_modules/typescript/bin/tsc', '-b'] },
    rest,
  ];
}
const built = (file) => (args) => [...build().map(quiet), { become: [file, ...args] }];

export const commands = {
  start: (args) => [
    ...build().map(quiet),
    {
      become: ['apps/server/dist/bundle/main.js', ...args],
      env: { NODE_ENV: process.env.NODE_ENV ?? 'production' },
    },
  ],
  dev: built('tools/dev.mjs'),
  build,
  typecheck: () => [turbo('typecheck')],
  lint: () => [turbo('lint', 'check:tree')],
  format: () => [{ run: ['node_modules/oxfmt/bin/oxfmt', '.'] }],
  test: built('tools/test.mjs'),
  'test:long': (args) => built('tools/test.mjs')(['--long', ...args]),
  bench: built('packages/bench/dist/main.js'),
  'db:migrate': (args) => built('apps/server/dist/bundle/database.js')(['migrate', ...args]),
  'db:seed': (args) => built('apps/server/dist/bundle/database.js')(['seed', ...args]),
  'db:check': (args) => built('apps/server/dist/bundle/database.js')(['check', ...args]),
  slimy: built('apps/cli/dist/bundle/main.js'),
  'bot:console': built('apps/bot/dist/console.js'),
};
