import { access, constants, mkdir, stat, statfs } from 'node:fs/promises';
import { unnamedProxy, type Settings } from '@slimy/config';
import { reachServer } from '@slimy/core';
import { attempt, ok, warning, type CheckResult } from './check.js';

const LITTLE_SPACE = 1024 ** 3;

/** The data folder: there, writable, closed to others, with room. */
async function dataFolder({ DATA_DIR: folder }: Settings): Promise<CheckResult[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await access(folder, constants.R_OK | constants.W_OK);
  const { mode } = await stat(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const shared = process.platform !== 'win32' && (mode & 0o077) !== 0;
  return [
    shared
      ? warning(
          'data folder',
          `${folder} can be read by other accounts of this machine.`,
          `Run "chmod 700 ${folder}": generated secrets and the embedded database are in it.`,
        )
      : ok('data folder', `${folder} is there and writable.`),
    free < LITTLE_SPACE
      ? warning(
          'disk',
          `${Math.round(free / 1024 ** 2)} MB are free.`,
          'Make room: archives and backups need some, and so does the database.',
        )
      : ok('disk', `${Math.round(free / 1024 ** 3)} GB are free.`),
  ];
}

async function runningServer({ DATA_DIR: folder }: Settings): Promise<CheckResult> {
  const server = await reachServer(folder);
  server?.close();
  return ok(
    'server',
    server
      ? 'A server of this data folder is running; commands work through it.'
      : 'No server is running here.',
  );
}

/** Whether the server is told of the proxies before it. */
function proxies(settings: Settings): CheckResult[] {
  const doubt = unnamedProxy(settings);
  return doubt ? [warning('proxy', doubt.message, doubt.remedy)] : [];
}

/** Everything about the machine itself. */
export async function machineChecks(settings: Settings): Promise<readonly CheckResult[]> {
  return [
    ...(await attempt('data folder', 'Make the folder writable, or set DATA_DIR to another one.', () =>
      dataFolder(settings),
    )),
    ...(await attempt('server', 'Stop the server and start it again.', () => runningServer(settings))),
    ...proxies(settings),
  ];
}
