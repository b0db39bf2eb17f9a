import { expect } from 'vitest';
import { DatabaseError } from '../../src/index.ts';

/** The `DatabaseError` a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<DatabaseError> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DatabaseError);
  if (!(error instanceof DatabaseError)) throw new Error('unreachable');
  return error;
}
