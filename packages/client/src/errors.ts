import {
  errorCodes,
  errorData,
  errorReasons,
  type ErrorCode,
  type ErrorReason,
  type FieldProblem,
} from '@slimy/contract';
import { TRPCClientError } from '@trpc/client';
import type { SlimyRouter } from './router-type.js';

/**
 * Why a call failed: one of the server's reasons, or what only the caller's side can know:
 * - `unreachable`: no answer, or one of something in between that is not Slimy
 * - `unreadable_answer`: Slimy answered in a form this client does not understand
 * - `aborted`: the caller's own signal
 */
export type FailureReason = ErrorReason | 'unreachable' | 'unreadable_answer' | 'aborted';

/** What a `SlimyError` carries besides its reason and message. */
export interface FailureDetails {
  readonly code?: ErrorCode | null;
  readonly fields?: readonly FieldProblem[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly remedy?: string | undefined;
  readonly currentVersion?: number | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/** The one error that calls of this client reject with. The message is written for people. */
export class SlimyError extends TRPCClientError<SlimyRouter> {
  readonly reason: FailureReason;
  /** tRPC's code; null when the server did not answer. */
  readonly code: ErrorCode | null;
  /** The wrong fields of the input, with `invalid_input`; empty otherwise. */
  readonly fields: readonly FieldProblem[];
  /** Seconds to wait before the call may work, with `rate_limited`. */
  readonly retryAfterSeconds: number | null;
  /** What would make the call work, in one sentence. */
  readonly remedy: string | null;
  /** The version that somebody else saved, with `changed_meanwhile`. */
  readonly currentVersion: number | null;
  /** The request's id in the server's log. */
  readonly requestId: string | null;

  constructor(reason: FailureReason, message: string, details: FailureDetails = {}) {
    super(message, details.cause instanceof Error ? { cause: details.cause } : {});
    // tRPC's class sets its own prototype on every instance, also on those of classes that extend it.
    Object.setPrototypeOf(this, SlimyError.prototype);
    this.name = 'SlimyError';
    this.reason = reason;
    this.code = details.code ?? null;
    this.fields = details.fields ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
    this.remedy = details.remedy ?? null;
    this.currentVersion = details.currentVersion ?? null;
    this.requestId = details.requestId ?? null;
  }
}

/** Whether something caught is an error of this client, so that its reason and fields can be read. */
export function isSlimyError(error: unknown): error is SlimyError {
  return error instanceof SlimyError;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The most general reason of a code, for answers of a server that knows reasons this client does not. */
function generalReason(code: ErrorCode): FailureReason {
  const name = Object.entries(errorReasons).find(([, itsCode]) => itsCode === code)?.[0];
  return errorData.shape.reason.safeParse(name).data ?? 'unreadable_answer';
}

/** Makes the typed error out of an error answer's decoded shape. */
export function errorFromShape(shape: unknown): SlimyError {
  const data = isRecord(shape) ? shape.data : undefined;
  const message = isRecord(shape) && typeof shape.message === 'string' ? shape.message : '';
  const code = isRecord(data) ? errorCodes.find((known) => known === data.code) : undefined;
  const parsed = errorData.safeParse(data);
  if (parsed.success) {
    const { reason, ...details } = parsed.data;
    return new SlimyError(reason, message, { ...details, code: code ?? errorReasons[reason] });
  }
  if (code) return new SlimyError(generalReason(code), message, { code });
  return new SlimyError(
    'unreadable_answer',
    message || 'The server answered with an error this client does not understand.',
  );
}

/** Makes sure that what leaves this client is one of its own errors. */
export function asSlimyError(error: unknown): SlimyError {
  if (isSlimyError(error)) return error;
  if (error instanceof TRPCClientError && error.shape) return errorFromShape(error.shape);
  return new SlimyError('unreachable', 'The server cannot be reached.', { cause: error });
}
