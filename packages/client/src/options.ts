import { limits } from '@slimy/contract';

/** How queries that failed for a passing reason are tried again. Mutations never are. */
export interface RetryOptions {
  /** All tries together, at least 1. */
  readonly attempts: number;
  /** The wait before the second try in milliseconds; it doubles with each further one. */
  readonly baseDelayMs: number;
}

/** A server whose contract is not the one this client was built with. */
export interface ContractMismatch {
  readonly ours: string;
  /** The server's hash; null when it only said that the call means nothing to it. */
  readonly theirs: string | null;
}

/** What can be said to a client; only `url` is needed. */
export interface ClientOptions {
  /** The server's address, such as `https://slimy.example`; `/trpc` is added when it is not there. */
  readonly url: string | URL;
  readonly fetch?: typeof globalThis.fetch;
  /** Headers of every call. */
  readonly headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** A bearer token: the bot's, or a personal API token. Browsers use their session cookie instead. */
  readonly token?: string | (() => string | Promise<string>);
  /** The Discord id of the person the bot calls for; `client.as(id)` and a call's `actingAs` come before it. */
  readonly actingAs?: string;
  /** Milliseconds until a call is given up, its retries included. Default 15,000. */
  readonly deadlineMs?: number;
  /** Queries in one HTTP request, 1 to 20; 1 turns batching off. Default 20. */
  readonly maxBatch?: number;
  /** Characters of an address; a longer lone query goes as POST. Default 2,000. */
  readonly maxUrlLength?: number;
  readonly retry?: Partial<RetryOptions>;
  /** Told once for each other contract that is met; a web page offers to reload itself. */
  readonly onContractMismatch?: (mismatch: ContractMismatch) => void;
  /**
   * Told when the server begins to answer from its cache because its database is away, with the seconds since that
   * last answered, and with null when answers are up to date again.
   */
  readonly onDatabaseAway?: (seconds: number | null) => void;
}

/** The options with everything that was left out filled in. */
export interface ResolvedOptions {
  readonly endpoint: string;
  readonly fetch: typeof globalThis.fetch;
  readonly headers: () => Readonly<Record<string, string>>;
  readonly token: (() => string | Promise<string>) | null;
  readonly actingAs: string | null;
  readonly deadlineMs: number;
  readonly maxBatch: number;
  readonly maxUrlLength: number;
  readonly retry: RetryOptions;
  readonly onContractMismatch: (mismatch: ContractMismatch) => void;
  readonly onDatabaseAway: (seconds: number | null) => void;
}

function endpointOf(url: string | URL): string {
  const address = new URL(url);
  const path = address.pathname.replace(/\/+$/, '');
  return `${address.origin}${path.endsWith('/trpc') ? path : `${path}/trpc`}`;
}

function constant<Value>(value: Value): () => Value {
  return () => value;
}

/** Fills in the defaults. Throws a `TypeError` for an address that is none. */
export function resolveOptions(options: ClientOptions): ResolvedOptions {
  const { token, headers = {} } = options;
  return {
    endpoint: endpointOf(options.url),
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    headers: typeof headers === 'function' ? headers : constant(headers),
    token: token === undefined ? null : typeof token === 'function' ? token : constant(token),
    actingAs: options.actingAs ?? null,
    deadlineMs: options.deadlineMs ?? 15_000,
    maxBatch: Math.min(Math.max(options.maxBatch ?? limits.batchMax, 1), limits.batchMax),
    maxUrlLength: options.maxUrlLength ?? 2_000,
    retry: {
      attempts: Math.max(options.retry?.attempts ?? 3, 1),
      baseDelayMs: options.retry?.baseDelayMs ?? 200,
    },
    onContractMismatch: options.onContractMismatch ?? (() => undefined),
    onDatabaseAway: options.onDatabaseAway ?? (() => undefined),
  };
}
