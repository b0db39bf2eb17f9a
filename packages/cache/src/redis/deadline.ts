/** A command that was not answered in time. It may still be carried out later. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
  }
}

/**
 * Calls `expire` after `milliseconds` unless the returned function was called before. Answers that
 * already wait in a socket when the timer fires are read first: a busy event loop is no slow Redis.
 */
export function startDeadline(milliseconds: number, expire: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    immediate = setImmediate(expire);
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    if (immediate !== undefined) {
      clearImmediate(immediate);
    }
  };
}

/**
 * The promise's outcome, if it comes in time.
 * @throws NoAnswer when it does not
 */
export function withDeadline<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  // Written out: a race would take five promises for each command.
  return new Promise((resolve, reject) => {
    const stop = startDeadline(milliseconds, () => reject(new NoAnswer(milliseconds)));
    promise.then(
      (value) => {
        stop();
        return resolve(value);
      },
      (error: unknown) => {
        stop();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
