import type { ErrorCode, ErrorReason } from '@slimy/contract';
import { AppError } from '@slimy/core';
import { TRPCError } from '@trpc/server';
import { httpStatuses, rpcNumbers, transportReasons, treatmentOf } from './error-map.js';
import { NOT_JSON } from '../wire/input-reader.js';
import type { ErrorShape } from './error-shape-type.js';

/** What an error's shape says beside the error itself. */
export interface ErrorOccasion {
  readonly requestId: string;
  readonly path?: string | undefined;
  /** The client was built against another contract than this server's. */
  readonly contractsDiffer: boolean;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(httpStatuses, code);
}

/** A database that is away for a moment is worth another try; whatever else is not ours is a defect. */
function reasonOfForeign(error: unknown): ErrorReason {
  const passing =
    error instanceof Error && error.name === 'DatabaseError' && 'passing' in error && error.passing;
  return passing === true ? 'database_unavailable' : 'internal';
}

/**
 * Whatever was thrown, in the one vocabulary. What is not ours becomes `internal`: its message may name
 * tables, paths or secrets, so it is kept as the cause for the log and never said.
 */
export function appErrorOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof TRPCError)) return new AppError(reasonOfForeign(error), 'masked', { cause: error });
  if (error.cause instanceof AppError) return error.cause;
  if (error.code === 'INTERNAL_SERVER_ERROR') return appErrorOf(error.cause ?? new Error(error.message));
  if (error.cause instanceof SyntaxError)
    return new AppError('malformed_body', NOT_JSON, { cause: error.cause });
  const reason: ErrorReason = isErrorCode(error.code) ? transportReasons[error.code] : 'internal';
  return new AppError(reason, error.message, { cause: error.cause ?? error });
}

function misunderstood(error: AppError): AppError {
  return new AppError(
    'contract_mismatch',
    `This server speaks another version of the contract, and could not make sense of the call: ${publicMessage(error)}`,
    { remedy: 'Reload the page, or update the program that calls.', cause: error },
  );
}

function publicMessage({ reason, message }: AppError): string {
  return treatmentOf(reason).says ?? message;
}

/** The shape of an error: code, reason and details, never a stack or a message that is not ours. */
export function errorShape(thrown: unknown, occasion: ErrorOccasion): ErrorShape {
  const original = appErrorOf(thrown);
  const differs = occasion.contractsDiffer && treatmentOf(original.reason).misunderstanding === true;
  const error = differs ? misunderstood(original) : original;
  const { code } = error;
  const { fields, retryAfterSeconds, remedy, currentVersion } = error.details;
  return {
    message: publicMessage(error),
    code: rpcNumbers[code],
    data: {
      code,
      httpStatus: httpStatuses[code],
      reason: error.reason,
      requestId: occasion.requestId,
      ...(occasion.path === undefined ? {} : { path: occasion.path }),
      ...(fields === undefined ? {} : { fields: [...fields] }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(remedy === undefined ? {} : { remedy }),
      ...(currentVersion === undefined ? {} : { currentVersion }),
    },
  };
}

/** The error as tRPC wants it thrown: its own class and code, ours as the cause. */
export function trpcErrorOf(thrown: unknown): TRPCError {
  if (thrown instanceof TRPCError) return thrown;
  const error = appErrorOf(thrown);
  return new TRPCError({ code: error.code, message: publicMessage(error), cause: error });
}
