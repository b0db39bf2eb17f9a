/** One query or mutation on its way. */
export interface Call {
  readonly kind: 'query' | 'mutation';
  readonly path: string;
  readonly input: unknown;
  readonly actingAs: string | null;
  readonly signal: AbortSignal;
}

/** What became of one call of a request. */
export type Outcome =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly error: Error };
