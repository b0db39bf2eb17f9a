import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface MigratingProcessOptions {
  readonly url: string;
  readonly folder: string;
  /** `SIGKILL 3 executed` or `SIGSTOP 3 started`: the signal it sends to itself, and when. */
  readonly signalAt?: string;
  /** `3 done`: when it stops working and only keeps its lock, until it is killed. */
  readonly holdAt?: string;
  readonly seeds?: boolean;
  /** How long its lock outlives it; 1000 without it. */
  readonly expiryMs?: number;
}

/** A real process that migrates; see child.mjs. */
export class MigratingProcess {
  readonly #child: ChildProcess;
  #output = '';
  #log = '';

  constructor({ url, folder, signalAt, holdAt, seeds, expiryMs = 1000 }: MigratingProcessOptions) {
    this.#child = spawn(process.execPath, [fileURLToPath(new URL('child.mjs', import.meta.url))], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        MIGRATE_URL: url,
        MIGRATE_FOLDER: folder,
        MIGRATE_EXPIRY_MS: String(expiryMs),
        ...(signalAt === undefined ? {} : { MIGRATE_SIGNAL_AT: signalAt }),
        ...(holdAt === undefined ? {} : { MIGRATE_HOLD_AT: holdAt }),
        ...(seeds === true ? { MIGRATE_SEED: '1' } : {}),
      },
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
  }

  /** What it wrote so far: the moment it sent itself a signal at, then its result. */
  get output(): string {
    return this.#output;
  }

  /** What it logged so far. */
  get log(): string {
    return this.#log;
  }

  /** Lets a process go on that stands still. */
  resume(): void {
    this.#child.kill('SIGCONT');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Waits for its end; `result` is null when it was killed. */
  async end(): Promise<{ signal: NodeJS.Signals | null; result: Record<string, unknown> | null }> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close');
    const last = this.#output.trim().split('\n').at(-1) ?? '';
    const result: Record<string, unknown> | null = last.startsWith('{') ? JSON.parse(last) : null;
    if (result === null && this.#child.signalCode === null) throw new Error(this.#log);
    return { signal: this.#child.signalCode, result };
  }
}
