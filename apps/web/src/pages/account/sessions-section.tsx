import { Badge, Button, Group, Skeleton, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { SessionDevice } from '@slimy/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../app/slimy.ts';
import { agoText, momentText } from '../../parts/dates.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { failureToast } from '../../parts/failure-toast.ts';
import { counted } from '../../parts/numbers.ts';
import { Panel } from '../../parts/panel.tsx';
import classes from './sessions.module.css';

const refresh = () => queryClient.invalidateQueries({ queryKey: api.auth.sessions.pathKey() });

/** Where the person is signed in, with the way to end it. */
export function SessionsSection() {
  const sessions = useQuery(api.auth.sessions.queryOptions({ limit: 100 }));
  const revokeOthers = useMutation(
    api.auth.revokeOtherSessions.mutationOptions({
      onSuccess: async ({ revoked }) => {
        await refresh();
        notifications.show({ message: `${counted(revoked, 'session')} ended.` });
      },
      onError: failureToast,
    }),
  );
  return (
    <Panel aria-labelledby="sessions">
      <Group justify="space-between" mb="sm" gap="sm">
        <Title order={2} id="sessions">
          Where you are signed in
        </Title>
        {sessions.data && sessions.data.items.length > 1 && (
          <Button
            variant="default"
            size="compact-md"
            loading={revokeOthers.isPending}
            onClick={() => revokeOthers.mutate()}
          >
            End all others
          </Button>
        )}
      </Group>
      {sessions.isPending && <Skeleton height={60} />}
      {!sessions.data && sessions.isError && (
        <ErrorNotice error={sessions.error} retry={() => sessions.refetch()} />
      )}
      <ul className={classes.list}>
        {sessions.data?.items.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
    </Panel>
  );
}

function SessionRow({ session }: { readonly session: SessionDevice }) {
  const revoke = useMutation(
    api.auth.revokeSession.mutationOptions({
      onSuccess: async () => {
        await refresh();
        notifications.show({ message: `The session on ${session.device} has ended.` });
      },
      onError: failureToast,
    }),
  );
  return (
    <li className={classes.row}>
      <div>
        <Group gap="xs">
          <Text fw={600}>{session.device}</Text>
          {session.current && (
            <Badge variant="light" tt="none" radius="sm">
              this one
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {[session.ipAddress, `seen ${agoText(session.lastSeenAt)}`, `ends ${momentText(session.expiresAt)}`]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </div>
      {!session.current && (
        <Button
          variant="default"
          size="compact-md"
          loading={revoke.isPending}
          aria-label={`End the session on ${session.device}`}
          onClick={() => revoke.mutate({ sessionId: session.id })}
        >
          End
        </Button>
      )}
    </li>
  );
}
