import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@slimy/testing';
import { describe, expect, it } from 'vitest';
import { beganAt, lockDataFolder } from '../../src/process/data-folder-lock.ts';

/** A process that does nothing until it is ended. */
async function idler(): Promise<{ pid: number; end: () => Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  return {
    pid: child.pid ?? 0,
    end: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** A running process that holds the lock of a folder. */
async function lockedBy(folder: string): Promise<{ pid: number; end: () => Promise<void> }> {
  const owner = await idler();
  writeFileSync(join(folder, 'server.pid'), `${owner.pid} ${beganAt(owner.pid)}`);
  return owner;
}

describe('The data folder', () => {
  it('is made, owned and let go of', () => {
    const folder = join(temporaryFolder('lock'), 'deeper', 'data');
    const release = lockDataFolder(folder);
    expect(readFileSync(join(folder, 'server.pid'), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
    release();
    expect(existsSync(join(folder, 'server.pid'))).toBe(false);
  });

  it('has one owner at a time, and the second is told which process that is', async () => {
    const folder = temporaryFolder('lock');
    const owner = await lockedBy(folder);
    try {
      expect(() => lockDataFolder(folder)).toThrow(`is in use by process ${owner.pid}`);
      expect(() => lockDataFolder(folder)).toThrow('DATA_DIR');
    } finally {
      await owner.end();
    }
  });

  it('is free again when its owner was killed', async () => {
    const folder = temporaryFolder('lock');
    const owner = await lockedBy(folder);
    await owner.end();
    expect(() => lockDataFolder(folder)()).not.toThrow();
  });

  it('is free when its owner is gone and another process has its number', async () => {
    const folder = temporaryFolder('lock');
    const other = await idler();
    writeFileSync(join(folder, 'server.pid'), `${other.pid} 1`);
    try {
      expect(() => lockDataFolder(folder)()).not.toThrow();
    } finally {
      await other.end();
    }
  });

  it('is free when the lock says nothing', () => {
    const folder = temporaryFolder('lock');
    writeFileSync(join(folder, 'server.pid'), '');
    expect(() => lockDataFolder(folder)()).not.toThrow();
  });
});
