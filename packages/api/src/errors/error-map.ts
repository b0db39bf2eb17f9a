import type { ErrorCode, ErrorReason } from '@slimy/contract';

/** The HTTP status of each code. */
export const httpStatuses: Record<ErrorCode, number> = {
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BAD_REQUEST: 400,
  PARSE_ERROR: 400,
  METHOD_NOT_SUPPORTED: 405,
  UNSUPPORTED_MEDIA_TYPE: 415,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  TOO_MANY_REQUESTS: 429,
  PAYLOAD_TOO_LARGE: 413,
  TIMEOUT: 408,
  BAD_GATEWAY: 502,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

/** JSON-RPC's number of each code, as tRPC writes it. */
export const rpcNumbers = {
  UNAUTHORIZED: -32001,
  FORBIDDEN: -32003,
  NOT_FOUND: -32004,
  BAD_REQUEST: -32600,
  PARSE_ERROR: -32700,
  METHOD_NOT_SUPPORTED: -32005,
  UNSUPPORTED_MEDIA_TYPE: -32015,
  CONFLICT: -32009,
  PRECONDITION_FAILED: -32012,
  TOO_MANY_REQUESTS: -32029,
  PAYLOAD_TOO_LARGE: -32013,
  TIMEOUT: -32008,
  BAD_GATEWAY: -32603,
  SERVICE_UNAVAILABLE: -32603,
  INTERNAL_SERVER_ERROR: -32603,
} as const satisfies Record<ErrorCode, number>;

/** What the call meant to tRPC itself, where it refused the call before a procedure was reached. */
export const transportReasons: Record<ErrorCode, ErrorReason> = {
  UNAUTHORIZED: 'not_signed_in',
  FORBIDDEN: 'action_not_allowed',
  NOT_FOUND: 'unknown_procedure',
  BAD_REQUEST: 'malformed_body',
  PARSE_ERROR: 'malformed_body',
  METHOD_NOT_SUPPORTED: 'wrong_method',
  UNSUPPORTED_MEDIA_TYPE: 'wrong_content_type',
  CONFLICT: 'changed_meanwhile',
  PRECONDITION_FAILED: 'contract_mismatch',
  TOO_MANY_REQUESTS: 'rate_limited',
  PAYLOAD_TOO_LARGE: 'body_too_large',
  TIMEOUT: 'timed_out',
  BAD_GATEWAY: 'discord_unavailable',
  SERVICE_UNAVAILABLE: 'database_unavailable',
  INTERNAL_SERVER_ERROR: 'internal',
};

/** How a reason is treated on its way out. */
export interface ReasonTreatment {
  /** Said instead of the message that was thrown, where that one is not ours or says too much. */
  readonly says?: string;
  /** Written to the server's log with its cause. */
  readonly logged?: 'error' | 'warn' | 'debug';
  /** The client may understand the call after a reload: it counts as a mismatch when the contracts differ. */
  readonly misunderstanding?: true;
}

/** Every reason with its treatment; a new one without an entry does not compile. */
const reasonTreatments: Record<ErrorReason, ReasonTreatment> = {
  not_signed_in: {},
  session_ended: {},
  bad_credentials: {},
  action_not_allowed: {},
  operator_only: {},
  self_only: {},
  bot_only: {},
  not_via_bot: {},
  not_via_token: {},
  read_only_token: {},
  foreign_origin: {},
  rank_too_low: {},
  discord_permission_missing: {},
  login_denied: {},
  not_found: {},
  unknown_procedure: { says: 'There is no procedure of that name.', misunderstanding: true },
  invalid_input: { misunderstanding: true },
  login_state_mismatch: {},
  batch_too_large: {},
  confirmation_mismatch: {},
  malformed_body: {},
  wrong_method: {
    says: 'This procedure is called with another HTTP method: queries by GET, mutations by POST.',
  },
  wrong_content_type: { says: 'Send the body as application/json.' },
  unsupported_file: {},
  changed_meanwhile: {},
  already_exists: {},
  last_owner: {},
  in_use: {},
  contract_mismatch: {},
  bot_not_in_guild: {},
  discord_sign_in_needed: {},
  not_configured: {},
  quota_exceeded: {},
  rate_limited: {},
  body_too_large: {},
  timed_out: { logged: 'warn' },
  discord_unavailable: { logged: 'warn' },
  ai_unavailable: { logged: 'warn' },
  database_unavailable: {
    says: 'The database cannot be reached at the moment. Try again in a few seconds.',
    // That it went and came back is said once, by what works in the background.
    logged: 'debug',
  },
  shutting_down: {},
  storage_full: { logged: 'error' },
  storage_unavailable: { logged: 'error' },
  too_busy: { logged: 'warn' },
  internal: {
    says: 'Something went wrong on our side. The request id tells the operator where to look.',
    logged: 'error',
  },
};

/** How a reason is treated on its way out. */
export function treatmentOf(reason: ErrorReason): ReasonTreatment {
  return reasonTreatments[reason];
}
