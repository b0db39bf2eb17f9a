import { within } from '../deadline.js';
import type { ResolvedOptions } from '../options.js';

/** Runs a statement, tells its time, and gives it up when the server does not answer. */
export type StatementWatch = <Result>(text: string, run: () => Promise<Result>) => Promise<Result>;

export function statementWatch(
  { statementTimeoutMs }: ResolvedOptions,
  timer: (text: string, ms: number) => void,
): StatementWatch {
  return async (text, run) => {
    const start = performance.now();
    try {
      return await within(statementTimeoutMs, run());
    } finally {
      timer(text, performance.now() - start);
    }
  };
}
