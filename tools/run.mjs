// Runs the project's commands on a machine that has only Node and npm: fetches the pinned pnpm,
// installs with the frozen lockfile (and stops when that fails), builds, then runs the command.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commands } from './commands.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function fail(message) {
  console.error(message);
  process.exit(1);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(
    `Slimy needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer one from https://nodejs.org and run the command again.`,
  );
}

// pnpm's own binary directory must come first on PATH: turbo starts `pnpm run <task>` by name.
const underPnpm = (process.env.npm_config_user_agent ?? '').startsWith('pnpm/');
const pnpmBinary = underPnpm && process.env.npm_execpath ? process.env.npm_execpath : undefined;
const environment = {
  ...process.env,
  ...(pnpmBinary ? { PATH: `${dirname(pnpmBinary)}:${process.env.PATH ?? ''}` } : {}),
  TURBO_TELEMETRY_DISABLED: '1',
  CHECKPOINT_DISABLE: '1',
};

/** Runs one program to its end, hands signals on to it, and resolves its exit code. */
function run(command, args, extra = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...environment, ...extra } });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    child.on('error', (error) => fail(`Could not start ${command}: ${error.message}`));
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      resolve(signal ? 1 : (code ?? 1));
    });
  });
}

function pnpm(args, extra) {
  return underPnpm ? run('pnpm', args, extra) : run('npx', ['-y', manifest.packageManager, ...args], extra);
}

/** Everything that decides what an install puts down: when it is unchanged, installing is skipped. */
function installFingerprint() {
  const hash = createHash('sha256').update(process.versions.node);
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];
  for (const folder of ['apps', 'packages']) {
    for (const name of readdirSync(join(root, folder))) files.push(join(folder, name, 'package.json'));
  }
  for (const file of files)
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

async function install() {
  const stamp = join(root, 'node_modules', '.slimy-install');
  const fingerprint = installFingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return;
  const code = await pnpm(['install', '--frozen-lockfile', '--reporter=append-only']);
  if (code !== 0) fail('\nInstalling the dependencies failed; nothing was started. The lines above say why.');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, fingerprint);
}

const name = process.argv[2] ?? '';
const command = commands[name];
if (!command) fail(`Unknown command "${name}". Known: ${Object.keys(commands).join(', ')}.`);
await install();
for (const step of command(process.argv.slice(3))) {
  const code = step.pnpm ? await pnpm(step.pnpm, step.env) : await run(process.execPath, step.node, step.env);
  if (code !== 0) process.exit(code);
}
