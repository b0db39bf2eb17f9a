// What each root command does, as steps: `pnpm` steps run the pinned pnpm, `node` steps run Node itself
// (long-running programs run without a package manager in between, so that signals reach them at once).
const build = { pnpm: ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'] };

export const commands = {
  start: (args) => [
    build,
    { node: ['apps/server/dist/main.js', ...args], env: { NODE_ENV: process.env.NODE_ENV ?? 'production' } },
  ],
  dev: (args) => [build, { node: ['tools/dev.mjs', ...args] }],
  build: () => [{ pnpm: ['exec', 'turbo', 'run', 'build'] }],
  typecheck: () => [{ pnpm: ['exec', 'turbo', 'run', 'typecheck'] }],
  lint: () => [{ pnpm: ['exec', 'turbo', 'run', 'lint', 'check:tree'] }],
  format: () => [{ pnpm: ['exec', 'oxfmt', '.'] }],
  test: () => [{ node: ['tools/test.mjs'] }],
  'test:long': () => [{ node: ['tools/test.mjs', '--long'] }],
  bench: (args) => [build, { node: ['packages/bench/dist/main.js', ...args] }],
  'db:migrate': (args) => [build, { node: ['apps/server/dist/database.js', 'migrate', ...args] }],
  'db:seed': (args) => [build, { node: ['apps/server/dist/database.js', 'seed', ...args] }],
  'db:check': (args) => [build, { node: ['apps/server/dist/database.js', 'check', ...args] }],
  'bot:console': (args) => [build, { node: ['apps/bot/dist/console.js', ...args] }],
};
