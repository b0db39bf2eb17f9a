// What each root command does, as steps. A `run` step is a Node program that ends; `become` is the program
// that the command goes on as.
const turbo = (...args) => ({ run: ['node_modules/turbo/bin/turbo', 'run', ...args] });
const build = turbo('build', '--output-logs=errors-only');
const built = (file) => (args) => [build, { become: [file, ...args] }];

export const commands = {
  start: (args) => [
    build,
    {
      become: ['apps/server/dist/main.js', ...args],
      env: { NODE_ENV: process.env.NODE_ENV ?? 'production' },
    },
  ],
  dev: built('tools/dev.mjs'),
  build: () => [turbo('build')],
  typecheck: () => [turbo('typecheck')],
  lint: () => [turbo('lint', 'check:tree')],
  format: () => [{ run: ['node_modules/oxfmt/bin/oxfmt', '.'] }],
  test: () => [{ become: ['tools/test.mjs'] }],
  'test:long': () => [{ become: ['tools/test.mjs', '--long'] }],
  bench: built('packages/bench/dist/main.js'),
  'db:migrate': (args) => built('apps/server/dist/database.js')(['migrate', ...args]),
  'db:seed': (args) => built('apps/server/dist/database.js')(['seed', ...args]),
  'db:check': (args) => built('apps/server/dist/database.js')(['check', ...args]),
  'bot:console': built('apps/bot/dist/console.js'),
};
