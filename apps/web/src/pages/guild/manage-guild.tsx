import { Alert, Button, Group, Modal, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, queryClient } from '../../app/slimy.ts';
import { explainFailedChange } from '../../parts/failed-change.ts';
import { failureToast } from '../../parts/failure-toast.ts';
import { Panel } from '../../parts/panel.tsx';
import { useAbility, useGuild } from './guild-context.ts';

/** What admins and owners do with the guild as a whole. */
export function ManageGuild() {
  const guild = useGuild();
  const mayDelete = useAbility('delete_guild');
  const [deleting, remove] = useDisclosure(false);
  const refresh = useMutation(
    api.guild.refresh.mutationOptions({
      onSuccess: (fresh) => {
        queryClient.setQueryData(api.guild.byId.queryKey({ guildId: guild.id }), fresh);
        notifications.show({ message: 'Name, icon and owner are as Discord has them.' });
      },
      onError: failureToast,
    }),
  );
  return (
    <Panel aria-labelledby="manage-guild">
      <Group justify="space-between" gap="sm">
        <div>
          <Title order={2} id="manage-guild">
            Manage
          </Title>
          <Text size="sm" c="dimmed">
            Name, icon and owner follow Discord.
          </Text>
        </div>
        <Group gap="sm">
          <Button
            variant="default"
            loading={refresh.isPending}
            onClick={() => refresh.mutate({ guildId: guild.id })}
          >
            Refresh from Discord
          </Button>
          {mayDelete && (
            <Button variant="light" color="red" onClick={remove.open}>
              Delete guild…
            </Button>
          )}
        </Group>
      </Group>
      <Modal opened={deleting} onClose={remove.close} title={`Delete ${guild.name}?`} centered>
        <DeleteForm onClose={remove.close} />
      </Modal>
    </Panel>
  );
}

function DeleteForm({ onClose }: { readonly onClose: () => void }) {
  const guild = useGuild();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const remove = useMutation(
    api.guild.delete.mutationOptions({
      onSuccess: async () => {
        await navigate({ to: '/guilds' });
        await queryClient.invalidateQueries({ queryKey: api.guild.mine.pathKey() });
        notifications.show({ message: `${guild.name} was deleted.` });
      },
    }),
  );
  const failed = remove.isError ? explainFailedChange(remove.error) : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        remove.mutate({ guildId: guild.id, confirmName: typed });
      }}
    >
      <Stack>
        <Text size="sm">
          Its members, settings and messages here are deleted and cannot be brought back. The Discord server
          itself stays as it is.
        </Text>
        <TextInput
          label={`Type “${guild.name}” to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
        />
        {failed && (
          <Alert color="red" variant="light" role="alert" title={failed.title}>
            {failed.text}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" color="red.9" loading={remove.isPending} disabled={typed !== guild.name}>
            Delete for good
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
