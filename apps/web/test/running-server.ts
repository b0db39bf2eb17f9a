import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, temporaryFolder, type DatabaseTemplate, type VariantFixture } from '@slimy/testing';

const main = fileURLToPath(new URL('../../server/dist/bundle/main.js', import.meta.url));
const databaseCommands = fileURLToPath(new URL('../../server/dist/bundle/database.js', import.meta.url));
/** Generous: suites share the machine with each other. */
const READY_MS = 90_000;

/** The program's schema with the demo community. */
const demo: DatabaseTemplate = {
  name: 'demo',
  fill: async (url) => {
    const env = { PATH: process.env['PATH'], DATABASE_URL: url, DATA_DIR: temporaryFolder('demo') };
    await promisify(execFile)(process.execPath, [databaseCommands, 'seed'], { env });
  },
};

/** The real server in a process of its own, with the page as it was built. */
export class RunningServer {
  readonly url: string;
  readonly #environment: Record<string, string>;
  #process: ChildProcess | null = null;
  #said = '';

  private constructor(port: number, environment: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`;
    this.#environment = environment;
  }

  /** Starts a server with the demo community on what the variant gives; `settings` adds more, by its address. */
  static async start(
    fixture: VariantFixture,
    settings: (url: string) => Record<string, string> = () => ({}),
  ): Promise<RunningServer> {
    const port = await freePort();
    const server = new RunningServer(port, {
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: temporaryFolder('web'),
      DEMO: '1',
      LOG_LEVEL: 'warn',
      NODE_ENV: 'production',
      RATE_LIMIT_FACTOR: '1000',
      CACHE_PREFIX: fixture.prefix,
      DATABASE_URL: await fixture.databaseUrl(demo),
      ...(fixture.redisUrl !== undefined && { REDIS_URL: fixture.redisUrl }),
      ...settings(`http://127.0.0.1:${port}`),
    });
    await server.resume();
    return server;
  }

  /** Starts the process again, on the same port and the same data. */
  async resume(): Promise<void> {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [main], {
      env: { PATH, HOME, ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#said += chunk.toString();
      });
    }
    const deadline = Date.now() + READY_MS;
    while (!(await this.#isReady())) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`The server did not get ready (exit ${String(child.exitCode)}):\n${this.#said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Stops the process as an operator would. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch {
      // Nobody listens yet.
      return false;
    }
  }
}
