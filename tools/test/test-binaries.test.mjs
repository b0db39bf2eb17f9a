import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missingBinaries, provideBinaries } from '../test-binaries.mjs';

describe('missingBinaries', () => {
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slimy-path-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const missing = () => missingBinaries(folder).flatMap((one) => one.anyOf);

  test('takes any of the names a distribution uses', () => {
    expect(missing()).toContain('redis-cli');
    expect(missing()).toContain('chromium-browser');
    for (const name of ['redis-cli', 'chromium-browser']) {
      writeFileSync(join(folder, name), '#!/bin/sh\n');
      chmodSync(join(folder, name), 0o755);
    }
    expect(missing()).not.toContain('redis-cli');
    expect(missing()).not.toContain('chromium');
  });
});

describe('provideBinaries', () => {
  const redis = { purpose: 'Redis', anyOf: ['redis-server'], debianPackage: 'redis-server' };
  const refuse = () => expect.fail('nothing may be installed');

  test('does nothing where all is there', () => {
    expect(provideBinaries({ missing: () => [], install: refuse, mayInstall: refuse })).toEqual([]);
  });

  test('says what is missing, installs it and goes on', () => {
    const said = [];
    let installed = [];
    const advice = provideBinaries({
      missing: () => (installed.length > 0 ? [] : [redis, { ...redis, anyOf: ['redis-cli'] }]),
      mayInstall: () => true,
      install: (packages) => {
        installed = packages;
        return true;
      },
      log: (line) => said.push(line),
    });
    expect(advice).toEqual([]);
    expect(installed).toEqual(['redis-server']);
    expect(said.join()).toContain('redis-server (Redis)');
  });

  test('stops with the command to type where it may not install', () => {
    const advice = provideBinaries({ missing: () => [redis], mayInstall: () => false, install: refuse });
    expect(advice.join('\n')).toMatch(/redis-server \(Redis\)[\s\S]*apt-get install .*redis-server/);
  });

  test('stops when the installation fails', () => {
    const advice = provideBinaries({
      missing: () => [redis],
      mayInstall: () => true,
      install: () => false,
      log: () => {},
    });
    expect(advice[0]).toMatch(/apt-get failed/);
  });
});
