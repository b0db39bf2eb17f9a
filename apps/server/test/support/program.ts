import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder, type DatabaseTemplate, type VariantFixture } from '@slimy/testing';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const started = new Set<ChildProcess>();

/** The program as people start it, in a process of its own. */
export interface Program {
  readonly process: ChildProcess;
  readonly address: string;
  /** Everything it wrote so far, its log included. */
  output(): string;
  /** What it said to whoever started it. */
  said(): string;
  /** Sends a signal and resolves with the exit code and the milliseconds until the end. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; ms: number }>;
}

export type Environment = Readonly<Record<string, string>>;

/** The settings of a program on one engine and cache store, on a port of its own; its database is new. */
export async function environmentFor(
  fixture: VariantFixture,
  template?: DatabaseTemplate,
): Promise<Environment> {
  return {
    DATABASE_URL: await fixture.databaseUrl(template),
    CACHE_PREFIX: fixture.prefix,
    ...(fixture.redisUrl === undefined ? {} : { REDIS_URL: fixture.redisUrl }),
  };
}

function spawnProgram(environment: Environment) {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      PORT: '0',
      DEMO: '1',
      DATA_DIR: join(temporaryFolder('program'), 'data'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  child.once('exit', () => started.delete(child));
  let output = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      for (const listener of heard) listener();
    });
  }
  return { child, output: () => output, said: () => said, heard };
}

/** Starts the program and resolves once it says that it is ready. @throws Error with its output when it ends before that */
export async function startProgram(environment: Environment): Promise<Program> {
  const { child, output, said, heard } = spawnProgram(environment);
  const address = await new Promise<string>((resolve, reject) => {
    heard.add(() => {
      const found = /Slimy is ready: (\S+)/.exec(output())?.[1];
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`The program ended with ${code}:\n${output()}`)));
  });
  return {
    process: child,
    address,
    output,
    said,
    async end(signal) {
      const began = performance.now();
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
      return { code: child.exitCode, ms: performance.now() - began };
    },
  };
}

/** Starts a program that must not start: its exit code and its output. */
export async function failedStart(
  environment: Environment,
): Promise<{ code: number | null; output: string }> {
  const { child, output } = spawnProgram(environment);
  await once(child, 'close');
  return { code: child.exitCode, output: output() };
}

/** Ends whatever a test left running. */
export async function endPrograms(): Promise<void> {
  await Promise.all(
    [...started].map(async (child) => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }),
  );
}

/** Signs in to the demo of a program and gives what a page of it sends along. */
export async function pageOf({ address }: Program): Promise<Record<string, string>> {
  const answer = await fetch(`${address}/auth/demo`, { method: 'POST', headers: { origin: address } });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
  if (!cookie) throw new Error(`Nobody was signed in: ${answer.status} ${await answer.text()}`);
  return { cookie, origin: address };
}

/** What a call gave: the data of an answer, or the reason of a refusal. */
export interface CallResult {
  readonly status: number;
  readonly data: unknown;
  readonly reason: string | null;
}

interface Wire {
  readonly result?: { readonly data: { readonly json: unknown } };
  readonly error?: { readonly json: { readonly data: { readonly reason: string } } };
}

async function read(answer: Response): Promise<CallResult> {
  const wire: Wire = JSON.parse(await answer.text());
  const { result, error } = wire;
  return {
    status: answer.status,
    data: result?.data.json ?? null,
    reason: error?.json.data.reason ?? null,
  };
}

/** Asks a query. */
export async function ask(
  { address }: Program,
  headers: Record<string, string>,
  name: string,
  input?: unknown,
): Promise<CallResult> {
  const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
  return read(await fetch(`${address}/trpc/${name}${query}`, { headers }));
}

/** Calls a mutation. */
export async function change(
  { address }: Program,
  headers: Record<string, string>,
  name: string,
  input: unknown,
): Promise<CallResult> {
  const answer = await fetch(`${address}/trpc/${name}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ json: input }),
  });
  return read(answer);
}
