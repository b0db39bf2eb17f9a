import { Badge, Button, Group, Skeleton, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ApiToken } from '@slimy/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, queryClient } from '../../app/slimy.ts';
import { agoText, endText } from '../../parts/dates.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { failureToast } from '../../parts/failure-toast.ts';
import { Panel } from '../../parts/panel.tsx';
import { useSession } from '../../session/session.ts';
import { CreateTokenModal } from './create-token-modal.tsx';
import classes from './sessions.module.css';

const refresh = () => queryClient.invalidateQueries({ queryKey: api.auth.tokens.list.pathKey() });

/** The tokens with which programs call in the person's name, with the ways to make and revoke them. */
export function ApiTokensSection() {
  const [creating, setCreating] = useState(false);
  // More than can be usable at once: the rest are expired ones that are about to be cleaned up.
  const tokens = useQuery(api.auth.tokens.list.queryOptions({ limit: 100 }));
  const items = tokens.data?.items ?? [];
  return (
    <Panel aria-labelledby="api-tokens">
      <Group justify="space-between" mb="sm" gap="sm">
        <Title order={2} id="api-tokens">
          Tokens for programs
        </Title>
        <Button variant="default" size="compact-md" onClick={() => setCreating(true)}>
          Create a token
        </Button>
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        With a token a program of yours calls Slimy in your name, within what the token is for. Whoever has
        one can do the same: revoke it when you do not need it any more.
      </Text>
      {tokens.isPending && <Skeleton height={60} />}
      {!tokens.data && tokens.isError && <ErrorNotice error={tokens.error} retry={() => tokens.refetch()} />}
      {tokens.data && items.length === 0 && <Text size="sm">You have no tokens.</Text>}
      <ul className={classes.list}>
        {items.map((token) => (
          <TokenRow key={token.id} token={token} />
        ))}
      </ul>
      <CreateTokenModal opened={creating} onClose={() => setCreating(false)} onCreated={refresh} />
    </Panel>
  );
}

function TokenRow({ token }: { readonly token: ApiToken }) {
  const guilds = useSession()?.guilds ?? [];
  const revoke = useMutation(
    api.auth.tokens.revoke.mutationOptions({
      onSuccess: async () => {
        await refresh();
        notifications.show({ message: `The token “${token.name}” is revoked.` });
      },
      onError: failureToast,
    }),
  );
  const bound = token.guildIds.map((id) => guilds.find((guild) => guild.id === id)?.name ?? id);
  return (
    <li className={classes.row}>
      <div>
        <Group gap="xs">
          <Text fw={600}>{token.name}</Text>
          <Badge variant="light" tt="none" radius="sm">
            {token.access === 'read' ? 'reads' : 'reads and writes'}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {[
            bound.length === 0 ? 'all your guilds' : bound.join(', '),
            endText(token.expiresAt),
            token.lastUsedAt ? `used ${agoText(token.lastUsedAt)}` : 'never used',
          ].join(' · ')}
        </Text>
      </div>
      <Button
        variant="default"
        size="compact-md"
        loading={revoke.isPending}
        aria-label={`Revoke the token ${token.name}`}
        onClick={() => revoke.mutate({ tokenId: token.id })}
      >
        Revoke
      </Button>
    </li>
  );
}
