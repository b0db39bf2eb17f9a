import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ContenderName } from './contenders/index.js';
import type { CrewMessage, CrewOrder, CrewReport } from './crew-messages.js';

const file = fileURLToPath(new URL('peer-process.js', import.meta.url));

/** A process with one contender. */
export class CrewMember {
  readonly #child: ChildProcess;
  readonly #version: (key: string) => number;
  readonly #answers = new Map<number, (value: unknown) => void>();
  #holding: (() => void) | undefined;
  #orders = 0;

  private constructor(child: ChildProcess, version: (key: string) => number) {
    this.#child = child;
    this.#version = version;
    child.on('message', (report: CrewReport) => this.#hear(report));
  }

  /** Starts it; `version` is what its loaders find in the database. */
  static async start(
    name: ContenderName,
    redisUrl: string,
    version: (key: string) => number,
  ): Promise<CrewMember> {
    const child = fork(file, [name, redisUrl], { stdio: ['ignore', 'inherit', 'ignore', 'ipc'] });
    const member = new CrewMember(child, version);
    await once(child, 'message');
    return member;
  }

  /** Gives an order; resolves with what comes of it. */
  order(order: CrewOrder): Promise<unknown> {
    this.#orders += 1;
    const id = this.#orders;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#say({ id, order });
    });
  }

  /** Begins a load that never ends; resolves when the loader was called. */
  async hold(key: string, ttlMs: number): Promise<void> {
    const holding = new Promise<void>((resolve) => {
      this.#holding = resolve;
    });
    void this.order({ order: 'hold', key, ttlMs });
    await holding;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
  }

  #say(message: CrewMessage): void {
    this.#child.send(message);
  }

  #hear(report: CrewReport): void {
    switch (report.report) {
      case 'database':
        this.#say({ id: report.id, version: this.#version(report.key) });
        break;
      case 'holding':
        this.#holding?.();
        break;
      case 'done':
        this.#answers.get(report.id)?.(report.value);
        this.#answers.delete(report.id);
        break;
      default:
    }
  }
}

/** Starts processes with the same contender. */
export function startCrew(
  name: ContenderName,
  redisUrl: string,
  count: number,
  version: (key: string) => number = () => 1,
): Promise<CrewMember[]> {
  return Promise.all(Array.from({ length: count }, () => CrewMember.start(name, redisUrl, version)));
}
