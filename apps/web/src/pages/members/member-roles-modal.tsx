import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { GrantableRole, GuildMember } from '@slimy/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../app/slimy.ts';
import { explainFailedChange } from '../../parts/failed-change.ts';
import { RoleBadge } from '../../parts/role-badge.tsx';
import { useGuild } from '../guild/guild-context.ts';
import { GrantedRolesField } from './granted-roles-field.tsx';
import { refreshMembers } from './refresh-members.ts';

interface Props {
  readonly member: GuildMember | null;
  readonly onClose: () => void;
}

/** Grants and takes roles of one person. */
export function MemberRolesModal({ member, onClose }: Props) {
  const name = member ? (member.globalName ?? member.username) : '';
  return (
    <Modal opened={member !== null} onClose={onClose} title={`Roles of ${name}`} centered>
      {member && <RolesForm member={member} onClose={onClose} />}
    </Modal>
  );
}

function RolesForm({ member, onClose }: { readonly member: GuildMember; readonly onClose: () => void }) {
  const guild = useGuild();
  const [granted, setGranted] = useState<readonly GrantableRole[]>(member.grantedRoles);
  const fromDiscord = member.roles.filter(
    (role) => role !== 'member' && !member.grantedRoles.some((given) => given === role),
  );
  const setRoles = useMutation(
    api.guild.members.setRoles.mutationOptions({
      onSuccess: async () => {
        await refreshMembers(guild.id);
        onClose();
        notifications.show({ message: `Roles of ${member.globalName ?? member.username} are saved.` });
      },
    }),
  );
  const failed = setRoles.isError ? explainFailedChange(setRoles.error) : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setRoles.mutate({ guildId: guild.id, userId: member.userId, roles: [...granted] });
      }}
    >
      <Stack>
        {fromDiscord.length > 0 && (
          <Group gap="xs">
            <Text size="sm">From Discord:</Text>
            {fromDiscord.map((role) => (
              <RoleBadge key={role} role={role} />
            ))}
          </Group>
        )}
        <GrantedRolesField value={granted} onChange={setGranted} />
        {failed && (
          <Alert color="red" variant="light" role="alert" title={failed.title}>
            {failed.text}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={setRoles.isPending}>
            Save roles
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
