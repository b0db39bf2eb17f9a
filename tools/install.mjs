// Installs the dependencies with the frozen lockfile when what decides them has changed since the last time.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

function packageFolders(root) {
  return ['apps', 'packages'].flatMap((group) =>
    readdirSync(join(root, group))
      .map((name) => join(group, name))
      .filter((folder) => existsSync(join(root, folder, 'package.json'))),
  );
}

/** Everything that decides what an install puts down. */
function fingerprint(root, folders) {
  const hash = createHash('sha256').update(process.versions.node);
  const manifests = folders.map((folder) => join(folder, 'package.json'));
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * @param runPnpm runs pnpm with the given arguments and resolves its exit code.
 * @throws Error when the install fails; nothing may be started then.
 */
export async function install(root, runPnpm) {
  const folders = packageFolders(root);
  const stamp = join(root, 'node_modules', '.slimy-install');
  const wanted = fingerprint(root, folders);
  const complete = ['', ...folders].every((folder) => existsSync(join(root, folder, 'node_modules')));
  if (complete && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // Building needs the development dependencies also where NODE_ENV=production is set; the lockfile is part of
  // what we publish, so its entries are not asked about again; node_modules laid down by another pnpm is
  // replaced without a question.
  const code = await runPnpm([
    'install',
    '--frozen-lockfile',
    '--trust-lockfile',
    '--prod=false',
    '--config.confirm-modules-purge=false',
    '--reporter=append-only',
  ]);
  if (code !== 0) {
    throw new Error('Installing the dependencies failed; nothing was started. The lines above say why.');
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}
