import { Title } from '@mantine/core';
import { isSlimyError } from '@slimy/client';
import type { GuildDetail } from '@slimy/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { api } from '../../app/slimy.ts';
import { PageSkeleton } from '../../layout/page-skeleton.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { GuildIcon } from '../../parts/guild-icon.tsx';
import { counted } from '../../parts/numbers.ts';
import { RoleBadge, shownRoles } from '../../parts/role-badge.tsx';
import { GuildContext } from './guild-context.ts';
import classes from './guild.module.css';
import { useLiveGuild } from './live-guild.ts';

const route = getRouteApi('/signed-in/guilds/$guildId');

/** The head and the tabs of one guild, around whichever of its pages is open. */
export function GuildLayout() {
  const { guildId } = route.useParams();
  const guild = useQuery(api.guild.byId.queryOptions({ guildId }));
  // Whoever is no longer a member is shown nothing that was known before.
  const gone = isSlimyError(guild.error) && guild.error.code === 'NOT_FOUND';
  if (guild.data && !gone) return <OpenGuild key={guildId} guild={guild.data} />;
  if (guild.isPending) return <PageSkeleton />;
  return <ErrorNotice level={1} error={guild.error} retry={() => guild.refetch()} />;
}

function OpenGuild({ guild }: { readonly guild: GuildDetail }) {
  useLiveGuild(guild.id);
  return (
    <GuildContext value={guild}>
      <title>{`${guild.name} · Slimy`}</title>
      <div className={classes.head}>
        <GuildIcon guild={guild} size={64} />
        <div className={classes.title}>
          <Title order={1}>{guild.name}</Title>
          <div className={classes.facts}>
            {shownRoles(guild.roles).map((role) => (
              <RoleBadge key={role} role={role} />
            ))}
            <span>{counted(guild.memberCount, 'member')}</span>
            {!guild.botPresent && <span className={classes.missing}>Bot not in the server</span>}
          </div>
        </div>
      </div>
      <GuildTabs guild={guild} />
      <Outlet />
    </GuildContext>
  );
}

function GuildTabs({ guild }: { readonly guild: GuildDetail }) {
  const params = { guildId: guild.id };
  const tabs = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the row of tabs is wider than the screen.
  useEffect(() => {
    const open = tabs.current?.querySelector(`a[href="${pathname.replace(/\/$/, '')}"]`);
    open?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [pathname]);
  return (
    <nav ref={tabs} className={classes.tabs} aria-label={`Pages of ${guild.name}`}>
      <Link
        to="/guilds/$guildId"
        params={params}
        className={classes.tab}
        preload="render"
        activeOptions={{ exact: true }}
      >
        Overview
      </Link>
      <Link to="/guilds/$guildId/chat" params={params} className={classes.tab} preload="render">
        Chat
      </Link>
      {guild.abilities.includes('view_members') && (
        <Link
          to="/guilds/$guildId/members"
          params={params}
          className={classes.tab}
          preload="render"
          activeOptions={{ includeSearch: false }}
        >
          Members
        </Link>
      )}
      <Link to="/guilds/$guildId/settings" params={params} className={classes.tab} preload="render">
        Settings
      </Link>
      <Link to="/guilds/$guildId/personality" params={params} className={classes.tab} preload="render">
        Personality
      </Link>
    </nav>
  );
}
