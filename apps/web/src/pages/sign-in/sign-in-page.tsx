import { Alert, Button, Code, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { api } from '../../app/slimy.ts';
import { Snail } from '../../layout/wordmark.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { safeReturnTo, signInToDemo } from '../../session/session.ts';
import { SignInProblem } from './sign-in-problem.tsx';
import classes from './sign-in.module.css';

const route = getRouteApi('/sign-in');

/** Offers the ways of signing in that this server has, and says what is missing when it has none. */
export function SignInPage() {
  const { returnTo, ended, problem } = route.useSearch();
  return (
    <div className={classes.page}>
      <title>Sign in · Slimy</title>
      <div className={classes.card}>
        <Stack gap="lg" pos="relative">
          <Snail size={52} />
          <div>
            <Title order={1} mb={6}>
              Welcome to Slimy
            </Title>
            <Text c="dimmed">Your Discord community’s people, settings and numbers in one place.</Text>
          </div>
          {ended && (
            <Alert color="yellow" variant="light" role="status">
              Your session has ended. Sign in again to go on where you were.
            </Alert>
          )}
          {problem !== undefined && <SignInProblem reason={problem} />}
          <WaysIn returnTo={safeReturnTo(returnTo)} />
        </Stack>
        <svg className={classes.trail} viewBox="0 0 260 120" fill="none" aria-hidden="true">
          <path
            d="M4 104c44-6 52-62 96-60s40 44 82 38 44-58 74-70"
            stroke="currentColor"
            strokeWidth="26"
            strokeLinecap="round"
          />
        </svg>
      </div>
    </div>
  );
}

function WaysIn({ returnTo }: { readonly returnTo: string }) {
  const version = useQuery(api.system.version.queryOptions());
  if (version.isPending) return <Skeleton height={42} aria-label="Loading the ways to sign in" />;
  if (version.isError) return <ErrorNotice error={version.error} retry={() => version.refetch()} />;
  const { discord, demo } = version.data.login;
  if (!discord && !demo) return <NothingSetUp />;
  return (
    <Stack gap="sm">
      {discord && (
        <Button
          component="a"
          href={`/auth/discord/login?returnTo=${encodeURIComponent(returnTo)}`}
          size="md"
          color="#4752c4"
          fullWidth
        >
          Continue with Discord
        </Button>
      )}
      {demo && <DemoButton returnTo={returnTo} />}
    </Stack>
  );
}

function DemoButton({ returnTo }: { readonly returnTo: string }) {
  const router = useRouter();
  const signIn = useMutation({
    mutationFn: signInToDemo,
    onSuccess: () => router.navigate({ href: returnTo }),
  });
  return (
    <>
      <Button size="md" fullWidth loading={signIn.isPending} onClick={() => signIn.mutate()}>
        Enter the demo community
      </Button>
      <Text size="sm" c="dimmed">
        Nothing to set up: the demo has made-up people, and you are its owner. Set{' '}
        <Code>DISCORD_CLIENT_ID</Code> on the server to use Slimy with your own guilds.
      </Text>
      {signIn.isError && (
        <Alert color="red" variant="light" role="alert" title="The demo could not be entered">
          The server did not answer as expected. Try again in a moment.
        </Alert>
      )}
    </>
  );
}

function NothingSetUp() {
  return (
    <Alert color="yellow" variant="light" title="Signing in is not set up yet">
      The operator of this server has to set <Code>DISCORD_CLIENT_ID</Code> and{' '}
      <Code>DISCORD_CLIENT_SECRET</Code>, then restart it. To look around without Discord, start it with the
      embedded database and <Code>DEMO=1</Code> on this computer.
    </Alert>
  );
}
