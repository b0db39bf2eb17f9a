import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSettings } from '@slimy/config';
import { openMigrated } from '@slimy/core';
import { temporaryFolder, type DatabaseTemplate, type VariantFixture } from '@slimy/testing';

const cli = fileURLToPath(new URL('../dist/bundle/main.js', import.meta.url));
const server = fileURLToPath(new URL('../../server/dist/bundle/main.js', import.meta.url));

export type Environment = Readonly<Record<string, string>>;

/** The settings of an installation of its own. */
export async function installation(fixture: VariantFixture): Promise<Environment> {
  const folder = join(temporaryFolder('cli'), 'data');
  return {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'test',
    DATA_DIR: folder,
    DEMO: '1',
    PORT: '0',
    LOG_LEVEL: 'warn',
    CACHE_PREFIX: fixture.prefix,
    // The embedded file lies where people have it, so that the command line finds it without being told.
    ...(fixture.engine === 'mariadb' && { DATABASE_URL: await fixture.databaseUrl() }),
    ...(fixture.redisUrl !== undefined && { REDIS_URL: fixture.redisUrl }),
  };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The program's schema with the demo community. */
const demo: DatabaseTemplate = {
  name: 'demo',
  fill: async (url) => {
    const settings = loadSettings({ DATA_DIR: temporaryFolder('demo'), DATABASE_URL: url, DEMO: '1' });
    await (await openMigrated(settings, silent)).close();
  },
};

export type DemoInstallation = Environment & { readonly DATABASE_URL: string };

/** An installation that holds the demo community, and the address of its database. */
export async function demoInstallation(fixture: VariantFixture): Promise<DemoInstallation> {
  return { ...(await installation(fixture)), DATABASE_URL: await fixture.databaseUrl(demo) };
}

/** The same in an empty database of somebody else's. */
export async function demoInstallationAt(url: string): Promise<DemoInstallation> {
  await demo.fill(url);
  return {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'test',
    DATA_DIR: join(temporaryFolder('cli'), 'data'),
    DEMO: '1',
    PORT: '0',
    LOG_LEVEL: 'warn',
    DATABASE_URL: url,
  };
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A `slimy` that was started. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export function startSlimy(environment: Environment, ...words: readonly string[]): Running {
  const child = spawn(process.execPath, [cli, ...words], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, output, errors }));
  return { process: child, ended };
}

/** Runs `slimy` to its end. */
export async function slimy(environment: Environment, ...words: readonly string[]): Promise<Ended> {
  return startSlimy(environment, ...words).ended;
}

/** What `slimy --json` answered. */
export async function slimyJson(environment: Environment, ...words: readonly string[]): Promise<unknown> {
  const { output, errors } = await slimy(environment, '--json', ...words);
  try {
    return JSON.parse(output);
  } catch {
    throw new Error(`No JSON on standard output: ${output}\n${errors}`);
  }
}

/** Starts a program and resolves once it has said the words, with what they mean. */
async function started(file: string, words: readonly string[], environment: Environment, ready: RegExp) {
  const child = spawn(process.execPath, [file, ...words], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const meant = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = ready.exec(said);
      if (found) resolve(found[1] ?? '');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`The program ended with ${code}:\n${said}`)));
  });
  return { process: child, meant };
}

/** Starts the server; gives its process and its address. */
export async function startServer(
  environment: Environment,
): Promise<{ readonly process: ChildProcess; readonly address: string }> {
  const { process: child, meant } = await started(server, [], environment, /Slimy is ready: (\S+)\n/);
  return { process: child, address: meant };
}

export async function startWorker(environment: Environment): Promise<ChildProcess> {
  return (await started(cli, ['worker'], environment, /Working on jobs/)).process;
}

/** Ends a program in good order; gives its exit code. */
export async function end(child: ChildProcess): Promise<number | null> {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
  return child.exitCode;
}
