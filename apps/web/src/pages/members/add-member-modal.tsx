import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { isSlimyError } from '@slimy/client';
import { procedures, type GrantableRole } from '@slimy/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../app/slimy.ts';
import { problemsByField, problemsOf, type FieldProblems } from '../../forms/field-problems.ts';
import { explainFailedChange } from '../../parts/failed-change.ts';
import { useGuild } from '../guild/guild-context.ts';
import { GrantedRolesField } from './granted-roles-field.tsx';
import { refreshMembers } from './refresh-members.ts';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Adds a person by their Discord id; such a membership is not ended by Discord's facts. */
export function AddMemberModal({ opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Add a member" centered>
      <AddForm onClose={onClose} />
    </Modal>
  );
}

function AddForm({ onClose }: Pick<Props, 'onClose'>) {
  const guild = useGuild();
  const [discordId, setDiscordId] = useState('');
  const [granted, setGranted] = useState<GrantableRole[]>([]);
  const [problems, setProblems] = useState<FieldProblems>({});
  const add = useMutation(
    api.guild.members.add.mutationOptions({
      onSuccess: async (member) => {
        await refreshMembers(guild.id);
        onClose();
        notifications.show({ message: `${member.globalName ?? member.username} was added.` });
      },
      onError: (error) => {
        if (isSlimyError(error)) setProblems(problemsByField(error.fields));
      },
    }),
  );

  function submit(event: React.FormEvent) {
    event.preventDefault();
    const input = { guildId: guild.id, discordId: discordId.trim(), roles: granted };
    const found = problemsOf(procedures['guild.members.add'].input, input);
    setProblems(found);
    if (Object.keys(found).length === 0) add.mutate(input);
  }

  const failed = add.isError && Object.keys(problems).length === 0 ? explainFailedChange(add.error) : null;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label="Discord ID"
          description="In Discord with Developer Mode on: right-click the person, “Copy User ID”."
          placeholder="17 to 20 digits"
          inputMode="numeric"
          value={discordId}
          error={problems.discordId}
          onChange={(event) => setDiscordId(event.currentTarget.value)}
          data-autofocus
        />
        <GrantedRolesField value={granted} onChange={setGranted} error={problems.roles} />
        {failed && (
          <Alert color="red" variant="light" role="alert" title={failed.title}>
            {failed.text}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={add.isPending}>
            Add member
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
