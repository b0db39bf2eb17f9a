import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { hasEnded, killWithUs } from './guardian.js';

/** How to start a private server and how to know that it serves. */
export interface ProcessRecipe {
  readonly command: string;
  readonly args: readonly string[];
  /** A line of its output that says it takes connections. */
  readonly ready: RegExp;
  /** Milliseconds to become ready. */
  readonly timeout: number;
}

/** A running server of ours: its own process group, killed with us. */
export class PrivateProcess {
  readonly pid: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, pid: number) {
    this.#child = child;
    this.pid = pid;
    killWithUs(pid);
    child.once('exit', () => hasEnded(pid));
  }

  /**
   * Starts the program and resolves when it says that it is ready.
   * @throws Error with the last lines of its output when it ends or hangs before that.
   */
  static start({ command, args, ready, timeout }: ProcessRecipe): Promise<PrivateProcess> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      const giveUp = (reason: string): void => {
        clearTimeout(timer);
        reject(new Error(`${command} ${reason}. Its last lines:\n${output.slice(-2000)}`));
      };
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        giveUp(`was not ready after ${timeout} ms`);
      }, timeout);
      child.once('error', (error) => giveUp(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => giveUp(`ended with ${signal ?? code} before it was ready`));
      if (child.pid === undefined) return;
      const server = new PrivateProcess(child, child.pid);
      const listen = (chunk: Buffer): void => {
        output = (output + chunk.toString('utf8')).slice(-8000);
        if (!ready.test(output)) return;
        clearTimeout(timer);
        resolve(server);
      };
      // Our own end must not wait for the server: the guardian ends it.
      child.unref();
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', listen);
        if (stream instanceof Socket) stream.unref();
      }
    });
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Sends the signal and resolves when the process has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.running) return;
    const ended = once(this.#child, 'exit');
    this.signal('SIGCONT');
    this.signal(signal);
    await ended;
  }

  signal(name: NodeJS.Signals): void {
    if (this.running) this.#child.kill(name);
  }
}
