import { useDocumentVisibility } from '@mantine/hooks';
import type { GuildChange } from '@slimy/contract';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useEffect } from 'react';
import { api, queryClient } from '../../app/slimy.ts';
import { sessionOptions } from '../../session/session.ts';

/** What is stale after a change of each kind, beside the guild itself. */
function staleAfter(guildId: string): Record<GuildChange['what'], readonly (readonly unknown[])[]> {
  return {
    guild: [api.guild.mine.pathKey()],
    settings: [api.guild.settings.get.queryKey({ guildId })],
    personality: [api.guild.personality.get.queryKey({ guildId }), api.guild.personality.preview.pathKey()],
    members: [api.guild.members.list.pathKey(), api.guild.mine.pathKey(), api.auth.session.queryKey()],
    messages: [api.message.list.pathKey()],
  };
}

/** Asks anew for what is shown. */
function refresh(guildId: string, keys: readonly (readonly unknown[])[]): void {
  for (const queryKey of [api.guild.byId.queryKey({ guildId }), ...keys]) {
    void queryClient.invalidateQueries({ queryKey });
  }
}

/** What a failure means is seen where all failures are: in the query client. */
function noted(): void {}

/** Finds out why a stream ended: the server is away, the session over, or the guild no longer mine. */
function findOut(guildId: string): void {
  void queryClient.fetchQuery({ ...sessionOptions, staleTime: 0 }).catch(noted);
  refresh(guildId, []);
}

/** Until a stream that ended is asked for again. */
const REOPEN_MS = 3_000;

/**
 * Keeps what is shown of a guild up to date while its pages are open, whoever changed it. Only a page in
 * sight holds a stream: a browser has few connections to one server, and its tabs share them.
 */
export function useLiveGuild(guildId: string): void {
  const visible = useDocumentVisibility() === 'visible';
  const { status, reset } = useSubscription(
    api.guild.onChange.subscriptionOptions(
      { guildId },
      {
        enabled: visible,
        // What happened until there was a stream is asked for, not waited for: the page may be younger than that.
        onStarted: () => refresh(guildId, Object.values(staleAfter(guildId)).flat()),
        onData: ({ data }) => refresh(guildId, staleAfter(guildId)[data.what]),
        onConnectionStateChange: ({ error }) => error && findOut(guildId),
      },
    ),
  );
  const ended = visible && (status === 'idle' || status === 'error');
  useEffect(() => {
    if (!ended) return;
    findOut(guildId);
    const timer = setTimeout(reset, REOPEN_MS);
    return () => clearTimeout(timer);
  }, [ended, guildId, reset]);
}
