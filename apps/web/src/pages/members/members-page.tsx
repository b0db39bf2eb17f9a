import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../app/slimy.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { counted, grouped } from '../../parts/numbers.ts';
import { useGuild } from '../guild/guild-context.ts';
import { AddMemberModal } from './add-member-modal.tsx';
import { MemberFilters } from './member-filters.tsx';
import { MemberList, MemberListSkeleton } from './member-list.tsx';
import classes from './members.module.css';

const route = getRouteApi('/signed-in/guilds/$guildId/members');
const PAGE_SIZE = 25;

/** Who is in the guild, to be searched, filtered and paged through. */
export function MembersPage() {
  const guild = useGuild();
  const { search, role } = route.useSearch();
  const [adding, add] = useDisclosure(false);
  return (
    <>
      <title>{`Members of ${guild.name} · Slimy`}</title>
      <MemberFilters
        onAdd={guild.abilities.includes('manage_members') ? add.open : null}
        search={search}
        role={role}
      />
      {/* Another search begins on its own first page. */}
      <MemberPages key={`${search ?? ''} ${role ?? ''}`} />
      <AddMemberModal opened={adding} onClose={add.close} />
    </>
  );
}

/** Which members the page shows, of how many. */
function shownRange(first: number, count: number, total: number): string {
  return count === 0
    ? 'Nobody'
    : `${grouped(first)}–${grouped(first + count - 1)} of ${counted(total, 'member')}`;
}

function MemberPages() {
  const guild = useGuild();
  const { search, role } = route.useSearch();
  // The cursors of the pages gone through, the open one last; undefined is the first page.
  const [cursors, setCursors] = useState<readonly (string | undefined)[]>([undefined]);
  const cursor = cursors.at(-1);
  const members = useQuery(
    api.guild.members.list.queryOptions(
      { guildId: guild.id, limit: PAGE_SIZE, search, role, cursor },
      { placeholderData: keepPreviousData },
    ),
  );
  if (members.data === undefined) {
    if (members.isPending) return <MemberListSkeleton rows={8} />;
    return <ErrorNotice error={members.error} retry={() => members.refetch()} />;
  }
  const { items, nextCursor, total, totalIsLowerBound } = members.data;
  const first = (cursors.length - 1) * PAGE_SIZE + 1;
  return (
    <>
      <MemberList members={items} old={members.isPlaceholderData} filtered={Boolean(search ?? role)} />
      <div className={classes.foot}>
        <Text size="sm" c="dimmed" className="numbers" role="status">
          {members.isPlaceholderData
            ? 'Loading…'
            : `${shownRange(first, items.length, total)}${totalIsLowerBound ? ' or more' : ''}`}
        </Text>
        {(nextCursor !== null || cursors.length > 1) && (
          <Button.Group>
            <Button
              variant="default"
              disabled={cursors.length === 1}
              onClick={() => setCursors(cursors.slice(0, -1))}
            >
              Previous
            </Button>
            <Button
              variant="default"
              disabled={nextCursor === null || members.isPlaceholderData}
              onClick={() => nextCursor !== null && setCursors([...cursors, nextCursor])}
            >
              Next
            </Button>
          </Button.Group>
        )}
      </div>
    </>
  );
}
