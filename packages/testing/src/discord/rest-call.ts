import type { FakeRequest } from './request-log.js';

/** Who may call a route: the application's bot, a person's OAuth token, either of both, or anybody. */
export type RouteAccess = 'bot' | 'bearer' | 'either' | 'none';

/** Who a call came from, once its token is checked. */
export type RestCaller =
  | { readonly kind: 'bot' }
  | { readonly kind: 'bearer'; readonly personId: string; readonly scopes: ReadonlySet<string> }
  | { readonly kind: 'nobody' };

/** One call of a route, parsed. */
export interface RestCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
  readonly authorization: string | undefined;
  readonly caller: RestCaller;
  readonly request: FakeRequest;
}

/** A file sent beside a message. */
export interface UploadedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

export interface RestAnswer {
  readonly status: number;
  /** Sent as JSON; undefined for an answer without body. */
  readonly body?: unknown;
}

/** One route of the API: `pattern` names its parameters with a colon. */
export interface RestRoute {
  readonly method: string;
  readonly pattern: string;
  readonly access: RouteAccess;
  readonly answer: (call: RestCall) => RestAnswer | Promise<RestAnswer>;
}

/** An answer of 200 with a JSON body. */
export function ok(body: unknown): RestAnswer {
  return { status: 200, body };
}

export const noContent: RestAnswer = { status: 204 };
