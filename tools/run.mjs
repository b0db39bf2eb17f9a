// Runs the project's commands on a machine that has only Node and npm: fetches the pinned pnpm,
// installs with the frozen lockfile (and stops when that fails), builds, then runs the command.
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runToEnd } from './child-process.mjs';
import { commands } from './commands.mjs';
import { install } from './install.mjs';
import { pinnedPnpm } from './pinned-pnpm.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(
    `Slimy needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer one from https://nodejs.org and run the command again.`,
  );
}

/** Does everything that comes before the program itself. @returns the program to go on as, if there is one. */
async function prepare() {
  checkNode();
  const [name = '', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Error(`Unknown command "${name}". Known: ${Object.keys(commands).join(', ')}.`);

  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pnpm = await pinnedPnpm(root, packageManager);
  process.chdir(root);
  // turbo starts `pnpm run <task>` by name: the pinned one must be found first.
  process.env.PATH = `${dirname(pnpm)}${delimiter}${process.env.PATH ?? ''}`;
  process.env.TURBO_TELEMETRY_DISABLED = '1';
  process.env.CHECKPOINT_DISABLE = '1';
  await install(root, (words) => runToEnd(pnpm, words));

  const steps = command(args);
  if (steps.some((step) => step.quiet)) console.error('Building what has changed …');
  for (const step of steps) {
    if (step.become) return step;
    const [file, ...words] = step.run;
    const code = await runToEnd(process.execPath, [join(root, file), ...words], { quiet: step.quiet });
    if (code !== 0) process.exit(code);
  }
}

const program = await prepare().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
if (program) {
  // We go on as the program, in this process: signals and exit code need nobody to hand them on.
  Object.assign(process.env, program.env);
  const [file, ...args] = program.become;
  const path = join(root, file);
  process.argv = [process.execPath, path, ...args];
  await import(pathToFileURL(path).href);
}
