import { isSlimyError } from '@slimy/client';

/** What to do when facts could not be delivered. */
export type Verdict =
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs: number | null }
  /** The API will never take them. */
  | { readonly kind: 'drop'; readonly reason: string }
  /** Nobody connected the guild. */
  | { readonly kind: 'unknown-guild' };

/** Reads a failed delivery: passing troubles are retried, facts the API cannot take are dropped. */
export function verdictOn(error: unknown): Verdict {
  if (!isSlimyError(error)) return { kind: 'retry', reason: String(error), afterMs: null };
  switch (error.reason) {
    case 'not_found':
      return { kind: 'unknown-guild' };
    case 'invalid_input':
    case 'malformed_body':
    case 'body_too_large': {
      const fields = error.fields.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
      return { kind: 'drop', reason: `${error.reason} ${fields}` };
    }
    default: {
      const wait = error.retryAfterSeconds;
      return { kind: 'retry', reason: error.reason, afterMs: wait === null ? null : wait * 1000 };
    }
  }
}
