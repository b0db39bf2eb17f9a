import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order, Report } from '../processes/messages.ts';

const file = fileURLToPath(new URL('../processes/cache-process.ts', import.meta.url));

/** A process of its own with a cache; killed at the latest with the test. */
export class CacheProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when its cache is ready. */
  static async start(url: string, prefix: string, writeMarkMs = 5_000): Promise<CacheProcess> {
    const child = fork(file, [url, prefix, String(writeMarkMs)], { execArgv: ['--import', 'tsx'] });
    const started = new CacheProcess(child);
    await started.#next('ready');
    return started;
  }

  /** Gives an order and resolves with the report that answers it. */
  async order<R extends Report['report']>(order: Order, answer: R): Promise<Extract<Report, { report: R }>> {
    const answered = this.#next(answer);
    this.#child.send(order);
    return answered;
  }

  /** SIGKILL: it has no chance to tidy up. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
  }

  #next<R extends Report['report']>(name: R): Promise<Extract<Report, { report: R }>> {
    return new Promise((resolve, reject) => {
      const fail = (code: number | null): void => reject(new Error(`the process ended: ${code}`));
      const hear = (report: Report): void => {
        if (isReport(report, name)) {
          this.#child.off('message', hear);
          this.#child.off('exit', fail);
          resolve(report);
        }
      };
      this.#child.on('message', hear);
      this.#child.once('exit', fail);
    });
  }
}

function isReport<R extends Report['report']>(
  report: Report,
  name: R,
): report is Extract<Report, { report: R }> {
  return report.report === name;
}
