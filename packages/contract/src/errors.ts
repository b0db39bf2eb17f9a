import { z } from 'zod';

/** tRPC's own codes that this API uses, with what each means here. */
export const errorCodes = [
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_REQUEST',
  'PARSE_ERROR',
  'METHOD_NOT_SUPPORTED',
  'UNSUPPORTED_MEDIA_TYPE',
  'CONFLICT',
  'PRECONDITION_FAILED',
  'TOO_MANY_REQUESTS',
  'PAYLOAD_TOO_LARGE',
  'TIMEOUT',
  'BAD_GATEWAY',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/**
 * Why a call was refused: the stable word a program can act on, and the code it always comes with.
 * One vocabulary for every service; a reason without an entry does not compile.
 */
export const errorReasons = {
  not_signed_in: 'UNAUTHORIZED',
  session_ended: 'UNAUTHORIZED',
  bad_credentials: 'UNAUTHORIZED',
  action_not_allowed: 'FORBIDDEN',
  operator_only: 'FORBIDDEN',
  self_only: 'FORBIDDEN',
  bot_only: 'FORBIDDEN',
  not_via_bot: 'FORBIDDEN',
  not_via_token: 'FORBIDDEN',
  read_only_token: 'FORBIDDEN',
  foreign_origin: 'FORBIDDEN',
  rank_too_low: 'FORBIDDEN',
  discord_permission_missing: 'FORBIDDEN',
  login_denied: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  unknown_procedure: 'NOT_FOUND',
  invalid_input: 'BAD_REQUEST',
  login_state_mismatch: 'BAD_REQUEST',
  batch_too_large: 'BAD_REQUEST',
  confirmation_mismatch: 'BAD_REQUEST',
  malformed_body: 'PARSE_ERROR',
  wrong_method: 'METHOD_NOT_SUPPORTED',
  wrong_content_type: 'UNSUPPORTED_MEDIA_TYPE',
  unsupported_file: 'UNSUPPORTED_MEDIA_TYPE',
  changed_meanwhile: 'CONFLICT',
  already_exists: 'CONFLICT',
  last_owner: 'CONFLICT',
  in_use: 'CONFLICT',
  contract_mismatch: 'PRECONDITION_FAILED',
  bot_not_in_guild: 'PRECONDITION_FAILED',
  discord_sign_in_needed: 'PRECONDITION_FAILED',
  not_configured: 'PRECONDITION_FAILED',
  quota_exceeded: 'PRECONDITION_FAILED',
  rate_limited: 'TOO_MANY_REQUESTS',
  body_too_large: 'PAYLOAD_TOO_LARGE',
  timed_out: 'TIMEOUT',
  discord_unavailable: 'BAD_GATEWAY',
  ai_unavailable: 'BAD_GATEWAY',
  database_unavailable: 'SERVICE_UNAVAILABLE',
  shutting_down: 'SERVICE_UNAVAILABLE',
  storage_full: 'SERVICE_UNAVAILABLE',
  storage_unavailable: 'SERVICE_UNAVAILABLE',
  too_busy: 'SERVICE_UNAVAILABLE',
  internal: 'INTERNAL_SERVER_ERROR',
} as const satisfies Record<string, ErrorCode>;
export type ErrorReason = keyof typeof errorReasons;

/** One wrong field of an input: where it stands and what would be right. */
export const fieldProblem = z.object({
  path: z.array(z.union([z.string(), z.number()])),
  message: z.string(),
});
export type FieldProblem = z.infer<typeof fieldProblem>;

/** What travels in `data` of an error, beside tRPC's own `code` and `httpStatus`. */
export const errorData = z.object({
  reason: z.custom<ErrorReason>((value) => typeof value === 'string' && Object.hasOwn(errorReasons, value)),
  /** Wrong fields, with `invalid_input` and `malformed_body`. */
  fields: z.array(fieldProblem).optional(),
  /** Seconds to wait, with `rate_limited`. */
  retryAfterSeconds: z.int().optional(),
  /** What would make the call work, in one sentence. */
  remedy: z.string().optional(),
  /** The version somebody else saved, with `changed_meanwhile`. */
  currentVersion: z.int().optional(),
  /** The request's id, to find it in the server's log. */
  requestId: z.string(),
});
export type ErrorData = z.infer<typeof errorData>;
