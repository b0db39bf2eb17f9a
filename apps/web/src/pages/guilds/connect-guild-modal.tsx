import { Alert, Anchor, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { isSlimyError } from '@slimy/client';
import { procedures } from '@slimy/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, queryClient } from '../../app/slimy.ts';
import { problemsByField, problemsOf } from '../../forms/field-problems.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { explainFailedChange } from '../../parts/failed-change.ts';
import { GuildIcon } from '../../parts/guild-icon.tsx';
import { sessionOptions } from '../../session/session.ts';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Connects a Discord server by its id; Discord itself says whether the person may. */
export function ConnectGuildModal({ opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Connect a guild" centered>
      <ConnectForm onClose={onClose} />
    </Modal>
  );
}

function ConnectForm({ onClose }: Pick<Props, 'onClose'>) {
  const navigate = useNavigate();
  const [guildId, setGuildId] = useState('');
  const [problem, setProblem] = useState<string | undefined>();
  const connect = useMutation(
    api.guild.connect.mutationOptions({
      onSuccess: async (connected) => {
        await Promise.all([
          queryClient.invalidateQueries({ queryKey: api.guild.mine.pathKey() }),
          queryClient.invalidateQueries({ queryKey: sessionOptions.queryKey }),
        ]);
        onClose();
        await navigate({ to: '/guilds/$guildId', params: { guildId: connected.guildId } });
      },
      onError: (error) => {
        if (isSlimyError(error)) setProblem(problemsByField(error.fields).guildId);
      },
    }),
  );

  const offered = useQuery(api.guild.connectable.queryOptions());
  const open = offered.data?.guilds.filter(({ connected }) => !connected) ?? [];
  const invite = offered.data?.inviteUrl;

  function submit(event: React.FormEvent) {
    event.preventDefault();
    const input = { guildId: guildId.trim() };
    const found = problemsOf(procedures['guild.connect'].input, input).guildId;
    setProblem(found);
    if (!found) connect.mutate(input);
  }

  const failed = connect.isError && !problem ? explainFailedChange(connect.error) : null;
  const signInNeeded = [offered.error, connect.error].some(
    (error) => isSlimyError(error) && error.reason === 'discord_sign_in_needed',
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm" c="dimmed">
          You need to own the server or have “Manage Server” there, and the bot has to be in it
          {invite ? (
            <>
              {' '}
              (
              <Anchor href={invite} target="_blank" rel="noreferrer">
                invite it
              </Anchor>
              )
            </>
          ) : null}
          .
        </Text>
        {open.length > 0 && (
          <Stack component="ul" gap="xs" m={0} p={0} aria-label="Servers you can connect">
            {open.map((guild) => (
              <Group key={guild.id} component="li" justify="space-between" wrap="nowrap">
                <Group gap="sm" wrap="nowrap">
                  <GuildIcon guild={guild} />
                  <Text truncate>{guild.name}</Text>
                </Group>
                <Button
                  size="xs"
                  variant="light"
                  loading={connect.isPending && connect.variables.guildId === guild.id}
                  onClick={() => connect.mutate({ guildId: guild.id })}
                  aria-label={`Connect ${guild.name}`}
                >
                  Connect
                </Button>
              </Group>
            ))}
          </Stack>
        )}
        {offered.isError && <ErrorNotice error={offered.error} retry={() => offered.refetch()} />}
        <Text size="sm" c="dimmed">
          Or by its id: in Discord, turn on Developer Mode, right-click the server and choose “Copy Server
          ID”.
        </Text>
        <TextInput
          label="Server ID"
          placeholder="17 to 20 digits"
          inputMode="numeric"
          value={guildId}
          error={problem}
          onChange={(event) => setGuildId(event.currentTarget.value)}
          data-autofocus
        />
        {failed && (
          <Alert color="red" variant="light" role="alert" title={failed.title}>
            {failed.text}
          </Alert>
        )}
        {signInNeeded && (
          <Anchor href="/auth/discord/login?returnTo=/guilds">Sign in with Discord once more</Anchor>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={connect.isPending}>
            Connect
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
