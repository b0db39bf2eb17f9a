import { contractHash, headerNames } from '@slimy/contract';
import type { ResolvedOptions } from '../options.js';

/** The headers of a request made for `actingAs`, without those of its body. */
export async function requestHeaders(
  options: ResolvedOptions,
  actingAs: string | null,
): Promise<Record<string, string>> {
  return {
    ...options.headers(),
    [headerNames.contractHash]: contractHash(),
    ...(options.token && { authorization: `Bearer ${await options.token()}` }),
    ...(actingAs !== null && { [headerNames.actingAs]: actingAs }),
  };
}
