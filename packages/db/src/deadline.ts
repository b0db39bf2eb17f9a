import { DatabaseError } from './errors.js';

/**
 * The result of the work, or an error once the milliseconds are over: a server that is frozen or cut off keeps
 * its connections open and never answers. The work itself cannot be called back; what it did is not known.
 */
export async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DatabaseError('timeout', `The database gave no answer within ${ms} ms.`)),
      ms,
    );
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
