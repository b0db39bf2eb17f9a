import { Checkbox, Stack } from '@mantine/core';
import { grantableRoles, roles, type GrantableRole } from '@slimy/contract';
import { rankOf } from '../../parts/role-badge.tsx';
import { useGuild } from '../guild/guild-context.ts';

interface Props {
  readonly value: readonly GrantableRole[];
  readonly onChange: (roles: GrantableRole[]) => void;
  readonly error?: string | undefined;
}

const meanings: Record<GrantableRole, string> = {
  club: 'plays in the club and may upload its data',
  editor: 'changes settings and corrects club data',
  moderator: 'manages members and sees usage',
  admin: 'manages the guild, reads the audit trail',
};

/** The roles to grant; those above one's own are not on offer. */
export function GrantedRolesField({ value, onChange, error }: Props) {
  const guild = useGuild();
  const own = rankOf(guild.roles);
  const offered = grantableRoles.filter((role) => roles.indexOf(role) <= own);
  return (
    <Checkbox.Group
      label="Roles granted here"
      description="They come on top of what Discord says."
      value={[...value]}
      error={error}
      onChange={(chosen) => onChange(grantableRoles.filter((role) => chosen.includes(role)))}
    >
      <Stack gap="xs" mt="xs">
        {offered.map((role) => (
          <Checkbox key={role} value={role} label={role} description={meanings[role]} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
