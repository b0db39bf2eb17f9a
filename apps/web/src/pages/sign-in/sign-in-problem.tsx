import type { ErrorReason } from '@slimy/contract';
import { Alert } from '@mantine/core';

/** What is said of each way in which signing in with Discord can end, and what to do then. */
const told: Partial<Record<ErrorReason, { readonly title: string; readonly text: string }>> = {
  login_denied: {
    title: 'You were not signed in',
    text: 'Discord says that you did not agree. Nothing was stored; try again whenever you like.',
  },
  login_state_mismatch: {
    title: 'This sign-in was too old',
    text: 'It was begun more than ten minutes ago, in another browser, or gone on with twice. Begin again here.',
  },
  bad_credentials: {
    title: 'Discord did not accept this sign-in',
    text: 'Its permission was used already or has ended. Begin again.',
  },
  discord_unavailable: {
    title: 'Discord does not answer',
    text: 'Nothing is wrong with your account. Try again in a minute.',
  },
  database_unavailable: {
    title: 'The database cannot be reached',
    text: 'You are not signed in and nothing was changed. Try again in a moment.',
  },
  in_use: {
    title: 'What is kept about you is being erased',
    text: 'You asked for it. Once it is done, in a few minutes, you can sign in as somebody new.',
  },
  rate_limited: {
    title: 'Too many tries',
    text: 'From your address too many sign-ins were begun. Wait a quarter of an hour.',
  },
  not_configured: {
    title: 'Signing in with Discord is not set up',
    text: 'The operator of this server has to check DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET.',
  },
};
const other = { title: 'Signing in did not work', text: 'Try again in a moment.' };
const tellings = new Map(Object.entries(told));

/** Says why signing in did not work, by the reason the server gave. */
export function SignInProblem({ reason }: { readonly reason: string }) {
  const { title, text } = tellings.get(reason) ?? other;
  return (
    <Alert color="red" variant="light" role="alert" title={title}>
      {text}
    </Alert>
  );
}
