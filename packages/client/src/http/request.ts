import { SuperJSON } from 'superjson';
import type { Call } from './call.js';

/** What is sent for one call or one batch. */
export interface RpcRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly body: string | null;
}

function encoded(input: unknown): string {
  return JSON.stringify(SuperJSON.serialize(input));
}

function queryAddress(endpoint: string, call: Call): string {
  const address = `${endpoint}/${call.path}`;
  return call.input === undefined ? address : `${address}?input=${encodeURIComponent(encoded(call.input))}`;
}

function batchAddress(endpoint: string, calls: readonly Call[]): string {
  const inputs = Object.fromEntries(
    calls.flatMap((call, index) =>
      call.input === undefined ? [] : [[index, SuperJSON.serialize(call.input)] as const],
    ),
  );
  const paths = calls.map((call) => call.path).join(',');
  return `${endpoint}/${paths}?batch=1&input=${encodeURIComponent(JSON.stringify(inputs))}`;
}

/**
 * The request for one call: a mutation as POST, a query as a plain GET (which the server answers on its
 * fastest path), a query whose address would be longer than `maxUrlLength` as POST.
 */
export function loneRequest(endpoint: string, call: Call, maxUrlLength: number): RpcRequest {
  const post = { url: `${endpoint}/${call.path}`, method: 'POST', body: encoded(call.input) } as const;
  if (call.kind === 'mutation') return post;
  const url = queryAddress(endpoint, call);
  return url.length > maxUrlLength ? post : { url, method: 'GET', body: null };
}

/** The request for several queries; null when its address would be longer than `maxUrlLength`. */
export function batchRequest(
  endpoint: string,
  calls: readonly Call[],
  maxUrlLength: number,
): RpcRequest | null {
  const url = batchAddress(endpoint, calls);
  return url.length > maxUrlLength ? null : { url, method: 'GET', body: null };
}
