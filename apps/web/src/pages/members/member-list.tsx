import { ActionIcon, Menu, Skeleton } from '@mantine/core';
import type { GuildMember } from '@slimy/contract';
import { useState } from 'react';
import { dayText } from '../../parts/dates.ts';
import { EmptyNotice } from '../../parts/empty-notice.tsx';
import { MoreIcon } from '../../parts/icons.tsx';
import { Panel } from '../../parts/panel.tsx';
import { PersonAvatar } from '../../parts/person-avatar.tsx';
import { rankOf, RoleBadge, shownRoles } from '../../parts/role-badge.tsx';
import { useSession } from '../../session/session.ts';
import { useAbility, useGuild } from '../guild/guild-context.ts';
import { MemberRolesModal } from './member-roles-modal.tsx';
import classes from './members.module.css';
import { RemoveMemberModal } from './remove-member-modal.tsx';

interface Props {
  readonly members: readonly GuildMember[];
  /** These are the people of the page before, while the next is on the way. */
  readonly old: boolean;
  readonly filtered: boolean;
}

type Opened = { readonly what: 'roles' | 'remove'; readonly member: GuildMember } | null;

/** One page of people. */
export function MemberList({ members, old, filtered }: Props) {
  const [opened, setOpened] = useState<Opened>(null);
  if (members.length === 0) {
    return filtered ? (
      <EmptyNotice title="Nobody matches">Try another spelling, or show all roles.</EmptyNotice>
    ) : (
      <EmptyNotice title="Nobody here yet">
        Members appear once the bot is in the server and has told who is there.
      </EmptyNotice>
    );
  }
  return (
    <>
      <Panel className={classes.sheet} aria-label="Members">
        <ul className={old ? `${classes.list} ${classes.dim}` : classes.list}>
          {members.map((member) => (
            <MemberRow key={member.userId} member={member} open={setOpened} />
          ))}
        </ul>
      </Panel>
      <MemberRolesModal
        member={opened?.what === 'roles' ? opened.member : null}
        onClose={() => setOpened(null)}
      />
      <RemoveMemberModal
        member={opened?.what === 'remove' ? opened.member : null}
        onClose={() => setOpened(null)}
      />
    </>
  );
}

function MemberRow({
  member,
  open,
}: {
  readonly member: GuildMember;
  readonly open: (opened: Opened) => void;
}) {
  const name = member.globalName ?? member.username;
  return (
    <li className={classes.row}>
      <PersonAvatar person={member} />
      <div>
        <div className={classes.name}>{name}</div>
        <div className={classes.handle}>
          @{member.username}
          {member.source === 'manual' && ' · added by hand'}
        </div>
      </div>
      <div className={classes.roles}>
        {shownRoles(member.roles).map((role) => (
          <RoleBadge key={role} role={role} />
        ))}
      </div>
      <div className={classes.joined}>
        since <time dateTime={member.joinedAt.toISOString()}>{dayText(member.joinedAt)}</time>
      </div>
      <div className={classes.more}>
        <MemberMenu member={member} name={name} open={open} />
      </div>
    </li>
  );
}

/** Nobody changes a person of equal or higher rank, or themselves; the server holds to that too. */
function MemberMenu({
  member,
  name,
  open,
}: {
  readonly member: GuildMember;
  readonly name: string;
  readonly open: (opened: Opened) => void;
}) {
  const guild = useGuild();
  const mayManage = useAbility('manage_members');
  const me = useSession()?.user;
  const below = rankOf(member.roles) < rankOf(guild.roles) && member.userId !== me?.id;
  if (!mayManage || !below) return null;
  return (
    <Menu position="bottom-end" width={200} shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Manage ${name}`}>
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => open({ what: 'roles', member })}>Set roles…</Menu.Item>
        <Menu.Item color="red" onClick={() => open({ what: 'remove', member })}>
          Remove…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The shape of the list while it is on the way. */
export function MemberListSkeleton({ rows }: { readonly rows: number }) {
  return (
    <Panel className={classes.sheet} aria-busy="true" aria-label="Loading the members">
      {Array.from({ length: rows }, (_, place) => (
        <div className={classes.row} key={place}>
          <Skeleton circle height={38} />
          <Skeleton height={14} width="70%" />
          <Skeleton height={14} width="50%" />
        </div>
      ))}
    </Panel>
  );
}
