import { createClient, isSlimyError, type SlimyRouter } from '@slimy/client';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { connection } from './connection.ts';

async function watchedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(input, init);
    const fromSlimy = response.status < 500 || response.headers.get('content-type')?.includes('json');
    if (fromSlimy) connection.reachable();
    return response;
  } catch (error) {
    if (!init?.signal?.aborted) connection.unreachable();
    throw error;
  }
}

/** The client of the server this page came from. */
export const client = createClient({
  url: window.location.origin,
  fetch: watchedFetch,
  onContractMismatch: connection.outdated,
  onDatabaseAway: connection.databaseAway,
});

/** Told when the server says that nobody is signed in any more. */
export const signedOut = new EventTarget();

function watchErrors(error: unknown): void {
  if (!isSlimyError(error)) return;
  if (error.reason === 'unreachable') connection.unreachable();
  if (error.code === 'UNAUTHORIZED') signedOut.dispatchEvent(new Event('signed-out'));
}

/** What the page remembers of the server's answers. The client itself tries queries again. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: watchErrors }),
  mutationCache: new MutationCache({ onError: watchErrors }),
  defaultOptions: {
    queries: { retry: false, staleTime: 15_000, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

/** The procedures as options for TanStack Query. */
export const api = createTRPCOptionsProxy<SlimyRouter>({ client, queryClient });
