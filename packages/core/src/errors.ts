import { errorReasons, type ErrorCode, type ErrorReason, type FieldProblem } from '@slimy/contract';

/** What a refusal may carry besides its reason. */
export interface AppErrorDetails {
  readonly fields?: readonly FieldProblem[];
  readonly retryAfterSeconds?: number;
  readonly remedy?: string;
  readonly currentVersion?: number;
  readonly cause?: unknown;
}

/**
 * The one error that services throw. The message is written for the person who called; the reason is for
 * programs. Anything else that is thrown is a defect and reaches clients masked.
 */
export class AppError extends Error {
  readonly reason: ErrorReason;
  readonly details: AppErrorDetails;

  constructor(reason: ErrorReason, message: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AppError';
    this.reason = reason;
    this.details = details;
  }

  /** tRPC's code that always comes with this reason. */
  get code(): ErrorCode {
    return errorReasons[this.reason];
  }
}
