import { Alert, Button, Group, Skeleton, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { limits, type GuildSummary, type OutputOf } from '@slimy/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, client } from '../../app/slimy.ts';
import { EmptyNotice } from '../../parts/empty-notice.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { GuildIcon } from '../../parts/guild-icon.tsx';
import { ChatIcon, PeopleIcon } from '../../parts/icons.tsx';
import { counted } from '../../parts/numbers.ts';
import { RoleBadge, shownRoles } from '../../parts/role-badge.tsx';
import { useSession } from '../../session/session.ts';
import { ConnectGuildModal } from './connect-guild-modal.tsx';
import classes from './guilds.module.css';

const firstPage: string | undefined = undefined;

/** The guilds of the person who is signed in. */
export function GuildsPage() {
  const [connecting, connect] = useDisclosure(false);
  const guilds = useInfiniteQuery({
    queryKey: api.guild.mine.pathKey(),
    queryFn: ({ pageParam, signal }) =>
      client.guild.mine.query({ limit: limits.pageMax, cursor: pageParam }, { signal }),
    initialPageParam: firstPage,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const warnings = useSession()?.warnings ?? [];
  return (
    <>
      <title>My guilds · Slimy</title>
      <Group justify="space-between" mb="lg" gap="sm">
        <Title order={1}>My guilds</Title>
        <Button variant="default" onClick={connect.open}>
          Connect a guild
        </Button>
      </Group>
      {warnings.length > 0 && (
        <Alert color="yellow" variant="light" mb="md" role="status">
          Discord could not be asked just now: guilds and roles are as they were last known.
        </Alert>
      )}
      <GuildList guilds={guilds} />
      <ConnectGuildModal opened={connecting} onClose={connect.close} />
    </>
  );
}

interface GuildsAnswer {
  readonly data: { readonly pages: readonly OutputOf<'guild.mine'>[] } | undefined;
  readonly error: unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  refetch(): unknown;
  fetchNextPage(): unknown;
}

function GuildList({ guilds }: { readonly guilds: GuildsAnswer }) {
  if (guilds.data === undefined) {
    if (guilds.error) return <ErrorNotice error={guilds.error} retry={() => guilds.refetch()} />;
    return (
      <div className={classes.grid} aria-busy="true" aria-label="Loading your guilds">
        {[0, 1, 2].map((place) => (
          <Skeleton key={place} height={132} radius="lg" />
        ))}
      </div>
    );
  }
  const shown = guilds.data.pages.flatMap(({ items }) => items);
  if (shown.length === 0) {
    return (
      <EmptyNotice title="You are in no guild yet">
        Here stand the Discord servers that use Slimy and have you as a member. If you own or manage one,
        connect it; otherwise ask one of its admins to do so.
      </EmptyNotice>
    );
  }
  return (
    <>
      <ul className={classes.grid}>
        {shown.map((guild) => (
          <li key={guild.id}>
            <GuildCard guild={guild} />
          </li>
        ))}
      </ul>
      {guilds.hasNextPage && (
        <Group justify="center" mt="md">
          <Button
            variant="default"
            loading={guilds.isFetchingNextPage}
            onClick={() => void guilds.fetchNextPage()}
          >
            Show more guilds
          </Button>
        </Group>
      )}
    </>
  );
}

function GuildCard({ guild }: { readonly guild: GuildSummary }) {
  const [highest] = shownRoles(guild.roles);
  return (
    <Link to="/guilds/$guildId" params={{ guildId: guild.id }} className={classes.card}>
      <div className={classes.head}>
        <GuildIcon guild={guild} />
        <div>
          <div className={classes.name}>{guild.name}</div>
          {highest && <RoleBadge role={highest} />}
        </div>
      </div>
      <div className={classes.facts}>
        <span className={classes.fact}>
          <PeopleIcon /> {counted(guild.memberCount, 'member')}
        </span>
        <span className={classes.fact}>
          <ChatIcon /> {counted(guild.messageCount, 'message')}
        </span>
        {!guild.botPresent && <span className={classes.missing}>Bot not in the server</span>}
      </div>
    </Link>
  );
}
