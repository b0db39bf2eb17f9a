import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { GuildMember } from '@slimy/contract';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../app/slimy.ts';
import { explainFailedChange } from '../../parts/failed-change.ts';
import { useGuild } from '../guild/guild-context.ts';
import { refreshMembers } from './refresh-members.ts';

interface Props {
  readonly member: GuildMember | null;
  readonly onClose: () => void;
}

/** Asks before a person is removed from the guild here. */
export function RemoveMemberModal({ member, onClose }: Props) {
  const name = member ? (member.globalName ?? member.username) : '';
  return (
    <Modal opened={member !== null} onClose={onClose} title={`Remove ${name}?`} centered>
      {member && <RemoveQuestion member={member} name={name} onClose={onClose} />}
    </Modal>
  );
}

function RemoveQuestion({
  member,
  name,
  onClose,
}: {
  readonly member: GuildMember;
  readonly name: string;
  readonly onClose: () => void;
}) {
  const guild = useGuild();
  const remove = useMutation(
    api.guild.members.remove.mutationOptions({
      onSuccess: async () => {
        await refreshMembers(guild.id);
        onClose();
        notifications.show({ message: `${name} was removed.` });
      },
    }),
  );
  const failed = remove.isError ? explainFailedChange(remove.error) : null;
  return (
    <Stack>
      <Text size="sm">
        {name} loses every role granted here and no longer sees {guild.name} in Slimy. Their place in the
        Discord server stays as it is.
      </Text>
      {failed && (
        <Alert color="red" variant="light" role="alert" title={failed.title}>
          {failed.text}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep
        </Button>
        <Button
          color="red.9"
          loading={remove.isPending}
          onClick={() => remove.mutate({ guildId: guild.id, userId: member.userId })}
        >
          Remove
        </Button>
      </Group>
    </Stack>
  );
}
