import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@slimy/testing';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Runs the pinned pnpm: the one that runs this suite, or one that npx brings. */
function pnpm(folder: string, ...args: string[]): void {
  const running = process.env.npm_execpath ?? '';
  const { packageManager }: { packageManager: string } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const [command, before] =
    /pnpm[^/\\]*$/.test(running) && !/\.[cm]?js$/.test(running)
      ? [running, []]
      : ['npx', ['-y', packageManager]];
  execFileSync(command, [...before, ...args], { cwd: folder, stdio: 'pipe' });
}

/** A package of the workspace as `pnpm pack` makes it, unpacked. */
function unpack(name: string, folder: string): void {
  const packed = temporaryFolder('packed');
  pnpm(join(root, 'packages', name), 'pack', '--pack-destination', packed);
  const [archive] = readdirSync(packed);
  if (archive === undefined) throw new Error(`Packing ${name} gave no archive.`);
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', join(packed, archive), '-C', folder, '--strip-components=1']);
}

/**
 * A folder outside the workspace with the packed client and contract, and of everything else only the
 * libraries that their manifests name.
 */
export function folderWithPackedClient(): string {
  const folder = temporaryFolder('outside');
  const modules = join(folder, 'node_modules');
  for (const name of ['client', 'contract']) unpack(name, join(modules, '@slimy', name));
  const manifest: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(modules, '@slimy', 'client', 'package.json'), 'utf8'),
  );
  for (const library of Object.keys(manifest.dependencies)) {
    if (library.startsWith('@slimy/')) continue;
    const link = join(modules, library);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(realpathSync(join(root, 'packages', 'client', 'node_modules', library)), link);
  }
  return folder;
}

/** What the declarations of the packed packages import, without what stands in the same package. */
export function declaredImports(folder: string): string[] {
  const found = new Set<string>();
  for (const name of ['client', 'contract']) {
    const dist = join(folder, 'node_modules', '@slimy', name, 'dist');
    for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.d.ts')) continue;
      const text = readFileSync(join(dist, file), 'utf8');
      for (const [, specifier = ''] of text.matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)) {
        if (!specifier.startsWith('.')) found.add(specifier);
      }
    }
  }
  return [...found].sort();
}

/** Type-checks a folder with the workspace's compiler; gives what it complained about, empty when nothing. */
export function typeCheck(folder: string): string {
  try {
    execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder], {
      cwd: folder,
      stdio: 'pipe',
      encoding: 'utf8',
    });
    return '';
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return String(error.stdout);
    throw error;
  }
}

/** Compiler options for a program that also uses what Node itself has. */
export const nodeTypes = {
  types: ['node'],
  typeRoots: [join(root, 'packages', 'client', 'node_modules', '@types')],
};
