import { SlimyError } from '../errors.js';

/** The time a call has, and whatever else may end it. */
export interface Deadline {
  /** Aborted when the time is over or the caller gave up. */
  readonly signal: AbortSignal;
  remainingMs(): number;
  /** Frees the timer; to be called once the call has its answer. */
  release(): void;
}

/** Starts the clock of one call. The signal's reason is the `SlimyError` that the call then rejects with. */
export function startDeadline(deadlineMs: number, callerSignals: readonly AbortSignal[]): Deadline {
  const controller = new AbortController();
  const endsAt = Date.now() + deadlineMs;
  const onCallerAbort = () =>
    controller.abort(new SlimyError('aborted', 'The call was given up by its caller.'));
  const timer = setTimeout(
    () =>
      controller.abort(
        new SlimyError('timed_out', `The server did not answer within ${deadlineMs / 1000} seconds.`, {
          code: 'TIMEOUT',
        }),
      ),
    deadlineMs,
  );
  for (const signal of callerSignals) {
    if (signal.aborted) onCallerAbort();
    else signal.addEventListener('abort', onCallerAbort, { once: true });
  }
  return {
    signal: controller.signal,
    remainingMs: () => endsAt - Date.now(),
    release: () => {
      clearTimeout(timer);
      for (const signal of callerSignals) signal.removeEventListener('abort', onCallerAbort);
    },
  };
}

/** Waits `delayMs`; rejects with the signal's reason as soon as that aborts. */
export function waitUnlessAborted(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
