import { DatabaseError, InvalidCursorError } from '@slimy/db';
import { AppError } from '../errors.js';

/**
 * What the layers below throw, in the words of services: a database that is away may be asked again later, a
 * foreign cursor is wrong input. Anything else is a defect and passes as it is.
 */
export function serviceError(error: unknown): unknown {
  if (error instanceof InvalidCursorError) {
    return new AppError('invalid_input', error.message, {
      fields: [{ path: ['cursor'], message: error.message }],
      cause: error,
    });
  }
  if (error instanceof DatabaseError && error.passing) {
    return new AppError(
      'database_unavailable',
      'The database cannot be reached now. Try again in a moment.',
      {
        cause: error,
      },
    );
  }
  return error;
}

/**
 * What a change throws, in the words of services. A row that it refers to was there when the caller's right was
 * looked up; when it is missing now, somebody deleted it meanwhile.
 */
export function changeError(error: unknown): unknown {
  if (error instanceof DatabaseError && error.kind === 'foreign_key') {
    return new AppError('not_found', 'What this is about was deleted at the same moment.', { cause: error });
  }
  return serviceError(error);
}

/** Runs work of the layers below and throws what services throw. */
export function inServiceWords<Result>(work: () => Promise<Result>): Promise<Result> {
  return work().catch((error: unknown) => {
    throw serviceError(error);
  });
}
