import { AppError } from '@slimy/core';
import type { FastifyError } from 'fastify';
import { limits } from '@slimy/contract';

function isHttpError(error: unknown): error is FastifyError {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}

/** What Fastify refuses by itself, in our vocabulary; anything else as it was thrown. */
export function refusalOf(error: unknown): unknown {
  if (!isHttpError(error)) return error;
  switch (error.statusCode) {
    case 413:
      return new AppError('body_too_large', `The body must not have more than ${limits.bodyBytesMax} bytes.`);
    case 414:
      return new AppError('batch_too_large', 'The address is too long. Send fewer calls in one batch.');
    case 415:
      return new AppError('wrong_content_type', 'Send the body as application/json.');
    case 404:
      return new AppError('not_found', 'There is nothing at this address.');
    case 408:
      return new AppError('timed_out', 'The request took too long to arrive.');
    default:
      return (error.statusCode ?? 500) < 500
        ? new AppError('malformed_body', 'The request is malformed.', { cause: error })
        : error;
  }
}
