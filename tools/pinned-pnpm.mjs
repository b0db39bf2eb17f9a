// The one pnpm that package.json pins, whatever started us. npm fetches it once into `.pnpm/` of this folder;
// from then on its native program is called directly, without npx (seconds on each start) and without the
// scripts of the package (npm may be set to ignore scripts, and then its `pnpm` command cannot be spawned).
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runToEnd } from './child-process.mjs';

/** The npm that runs us, or the one on the PATH. */
function npm() {
  const running = process.env.npm_execpath ?? '';
  return running.endsWith('npm-cli.js') ? [process.execPath, [running]] : ['npm', []];
}

async function fetchPnpm(root, version, folder) {
  console.log(`Fetching pnpm ${version} …`);
  mkdirSync(join(root, '.pnpm'), { recursive: true });
  const draft = mkdtempSync(join(root, '.pnpm', 'draft-'));
  writeFileSync(join(draft, 'package.json'), '{ "private": true }\n');
  const [command, first] = npm();
  const install = [
    'install',
    '--prefix',
    draft,
    '--ignore-scripts',
    '--include=optional',
    '--no-package-lock',
  ];
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--workspaces=false'];
  const code = await runToEnd(command, [...first, ...install, ...quiet, `pnpm@${version}`], { cwd: draft });
  if (code === 0 && !existsSync(folder)) renameSync(draft, folder);
  rmSync(draft, { recursive: true, force: true });
  return code;
}

/** The native program of the pnpm that runs us, when that is the pinned one. */
function runningPnpm(version) {
  const { npm_config_user_agent: agent = '', npm_execpath: program = '' } = process.env;
  return agent.startsWith(`pnpm/${version} `) && basename(program) === 'pnpm' ? program : undefined;
}

/**
 * @returns the path of the pinned pnpm's native program; fetched with npm when it is not there yet.
 * @throws Error saying what to do when npm cannot fetch it or has no build for this system.
 */
export async function pinnedPnpm(root, packageManager) {
  const version = packageManager.split('@')[1];
  const running = runningPnpm(version);
  if (running) return running;
  const folder = join(root, '.pnpm', version);
  if (!existsSync(folder) && (await fetchPnpm(root, version, folder)) !== 0) {
    throw new Error(`npm could not fetch pnpm ${version}; nothing was started. The lines above say why.`);
  }
  const locator = join(folder, 'node_modules', 'pnpm', 'native-binary.mjs');
  const { resolveInstalledBinary } = await import(pathToFileURL(locator).href);
  const binary = resolveInstalledBinary();
  if (!binary) {
    throw new Error(
      `pnpm ${version} has no build for ${process.platform} ${process.arch} here. Remove ${folder} and try again, with optional dependencies allowed in npm's settings.`,
    );
  }
  return binary;
}
