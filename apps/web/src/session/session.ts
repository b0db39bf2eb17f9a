import { safeReturnPath, type OutputOf } from '@slimy/contract';
import { hashKey, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../app/slimy.ts';

/** Who is signed in; the query's data is null when nobody is. */
export const sessionOptions = api.auth.session.queryOptions(undefined, { staleTime: 60_000 });

/** The session as the page knows it now: null when signed out, undefined while it is being asked for. */
export function useSession(): OutputOf<'auth.session'> | undefined {
  return useQuery(sessionOptions).data;
}

/** Forgets everything that was known of the person who was signed in, and asks anew who it is. */
export async function forgetPerson(): Promise<void> {
  const session = hashKey(sessionOptions.queryKey);
  // An answer on its way may still be about who was signed in before, and a second question would wait for it.
  await queryClient.cancelQueries({ queryKey: sessionOptions.queryKey });
  queryClient.removeQueries({ predicate: ({ queryHash }) => queryHash !== session });
  await queryClient.fetchQuery({ ...sessionOptions, staleTime: 0 });
}

async function post(path: string): Promise<void> {
  const response = await fetch(path, { method: 'POST' });
  if (!response.ok) throw new Error(`The server answered ${response.status} to ${path}.`);
}

/** Whether the person is on the way out by their own wish, and needs not be told that they are. */
export const departure = { byOwnWish: false };

/** Signs in as the demo community's owner. */
export async function signInToDemo(): Promise<void> {
  departure.byOwnWish = false;
  await post('/auth/demo');
  await forgetPerson();
}

/** Ends this session, here and on the server. */
export async function signOut(): Promise<void> {
  await post('/auth/logout');
  departure.byOwnWish = true;
  await forgetPerson();
}

/** Where to go after signing in: a place of this app, whatever the address bar said. */
export function safeReturnTo(returnTo: string | undefined): string {
  return safeReturnPath(returnTo) ?? '/guilds';
}
