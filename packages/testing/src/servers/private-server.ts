import { freePort } from '../processes/free-port.js';
import { PrivateProcess, type ProcessRecipe } from '../processes/private-process.js';

/**
 * What MariaDB and Redis have in common: one port and one data folder for life, and a process that can be
 * ended, killed, started again and frozen, as faults do in the field.
 */
export abstract class PrivateServer {
  readonly port: number;
  #process: PrivateProcess | undefined;

  protected constructor(port: number) {
    this.port = port;
  }

  protected abstract recipe(): ProcessRecipe;

  /** The id of the running process. @throws Error while it is down. */
  get pid(): number {
    return this.#up().pid;
  }

  get running(): boolean {
    return this.#process?.running ?? false;
  }

  /** Ends it as an operator would: in order, keeping its data for `restart`. */
  async stop(): Promise<void> {
    await this.#process?.end('SIGTERM');
  }

  /** Ends it as a power cut would (SIGKILL), keeping what had reached the disk. */
  async kill(): Promise<void> {
    await this.#process?.end('SIGKILL');
  }

  /** Starts it on the same port with the same data; stops it first if it runs. */
  async restart(): Promise<void> {
    await this.stop();
    this.#process = await PrivateProcess.start(this.recipe());
  }

  /** Freezes it: connections stay open, nothing is answered. */
  suspend(): void {
    this.#up().signal('SIGSTOP');
  }

  /** Lets a frozen server go on. */
  resume(): void {
    this.#up().signal('SIGCONT');
  }

  #up(): PrivateProcess {
    if (!this.#process?.running) throw new Error(`The private server on port ${this.port} is not running.`);
    return this.#process;
  }
}

/** Starts a server on a free port; tries others when somebody takes the port in between. */
export async function startOnFreePort<S extends PrivateServer>(
  create: (port: number) => S | Promise<S>,
): Promise<S> {
  for (let attempt = 1; ; attempt += 1) {
    const server = await create(await freePort());
    try {
      await server.restart();
      return server;
    } catch (error) {
      const taken = error instanceof Error && /address already in use|in use/i.test(error.message);
      if (!taken || attempt === 3) throw error;
    }
  }
}
