import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { install } from '../install.mjs';
import { pinnedPnpm } from '../pinned-pnpm.mjs';

let root;
const write = (path, text) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slimy-install-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

describe('install', () => {
  let installs;
  /** Lays down what pnpm would. */
  const succeed = async (words) => {
    installs.push(words);
    for (const folder of ['.', 'apps/web', 'packages/db']) {
      mkdirSync(join(root, folder, 'node_modules'), { recursive: true });
    }
    return 0;
  };

  beforeEach(() => {
    installs = [];
    for (const file of ['package.json', 'apps/web/package.json', 'packages/db/package.json'])
      write(file, '{}');
    for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) write(file, '');
  });

  test('takes the frozen lockfile and the development dependencies', async () => {
    await install(root, succeed);
    expect(installs[0]).toEqual(expect.arrayContaining(['install', '--frozen-lockfile', '--prod=false']));
  });

  test('is skipped while nothing changes', async () => {
    await install(root, succeed);
    await install(root, succeed);
    expect(installs).toHaveLength(1);
  });

  test.each([
    ['the lockfile', () => write('pnpm-lock.yaml', 'changed')],
    ["a package's manifest", () => write('packages/db/package.json', '{ "name": "db" }')],
    ["a package's node_modules", () => rmSync(join(root, 'apps/web/node_modules'), { recursive: true })],
  ])('runs again after a change of %s', async (_, change) => {
    await install(root, succeed);
    change();
    await install(root, succeed);
    expect(installs).toHaveLength(2);
  });

  test('stops when it fails, and tries again the next time', async () => {
    await expect(install(root, async () => 1)).rejects.toThrow(/nothing was started/);
    expect(existsSync(join(root, 'node_modules', '.slimy-install'))).toBe(false);
    await install(root, succeed);
    expect(installs).toHaveLength(1);
  });
});

describe('pinnedPnpm', () => {
  const fetched = (binary) =>
    write(
      '.pnpm/12.0.1/node_modules/pnpm/native-binary.mjs',
      `export const resolveInstalledBinary = () => ${JSON.stringify(binary)};`,
    );
  const runBy = (agent, program) => {
    vi.stubEnv('npm_config_user_agent', agent);
    vi.stubEnv('npm_execpath', program);
  };

  test('is the one fetched before', async () => {
    runBy('npm/11.0.0 node/v20.19.0', '/usr/lib/npm-cli.js');
    fetched('/native/pnpm');
    expect(await pinnedPnpm(root, 'pnpm@12.0.1')).toBe('/native/pnpm');
  });

  test('is the one that runs us, when that is the pinned one', async () => {
    runBy('pnpm/12.0.1 npm/? node/? linux x64', '/running/pnpm');
    expect(await pinnedPnpm(root, 'pnpm@12.0.1')).toBe('/running/pnpm');
  });

  test('is not another version that runs us', async () => {
    runBy('pnpm/10.34.9 npm/? node/? linux x64', '/running/pnpm');
    fetched('/native/pnpm');
    expect(await pinnedPnpm(root, 'pnpm@12.0.1')).toBe('/native/pnpm');
  });

  test('says what to do where it has no native program', async () => {
    runBy('', '');
    fetched(null);
    await expect(pinnedPnpm(root, 'pnpm@12.0.1')).rejects.toThrow(/no build for .* Remove .* and try again/);
  });

  test('says so when npm cannot fetch it', async () => {
    runBy('', '');
    vi.stubEnv('PATH', root);
    vi.spyOn(console, 'log').mockReturnValue();
    vi.spyOn(console, 'error').mockReturnValue();
    await expect(pinnedPnpm(root, 'pnpm@12.0.1')).rejects.toThrow('npm could not fetch pnpm 12.0.1');
  });
});
