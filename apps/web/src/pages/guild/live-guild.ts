import { useDocumentVisibility } from '@mantine/hooks';
import type { GuildChange } from '@slimy/contract';
import { useSubscription } from '@trpc/tanstack-react-query';
import { api, queryClient } from '../../app/slimy.ts';

/** What is stale after a change of each kind, beside the guild itself. */
function staleAfter(guildId: string): Record<GuildChange['what'], readonly (readonly unknown[])[]> {
  return {
    guild: [api.guild.mine.pathKey()],
    settings: [api.guild.settings.get.queryKey({ guildId })],
    personality: [api.guild.personality.get.queryKey({ guildId }), api.guild.personality.preview.pathKey()],
    members: [api.guild.members.list.pathKey(), api.guild.mine.pathKey(), api.auth.session.queryKey()],
  };
}

/** Asks anew for what is shown and older than `ageMs`. */
function refresh(guildId: string, keys: readonly (readonly unknown[])[], ageMs = 0): void {
  const before = Date.now() - ageMs;
  for (const queryKey of [api.guild.byId.queryKey({ guildId }), ...keys]) {
    void queryClient.invalidateQueries({
      queryKey,
      predicate: ({ state }) => state.dataUpdatedAt <= before,
    });
  }
}

/** What a failure means is seen where all failures are: in the query client. */
function noted(): void {}

/** A page that has just been opened has its data from when the stream was asked for. */
const FRESH_MS = 2_000;

/**
 * Keeps what is shown of a guild up to date while its pages are open, whoever changed it. Only a page in
 * sight holds a stream: a browser has few connections to one server, and its tabs share them.
 */
export function useLiveGuild(guildId: string): void {
  const visible = useDocumentVisibility() === 'visible';
  useSubscription(
    api.guild.onChange.subscriptionOptions(
      { guildId },
      {
        enabled: visible,
        // What happened while there was no stream is asked for, not waited for.
        onStarted: () => refresh(guildId, Object.values(staleAfter(guildId)).flat(), FRESH_MS),
        // A stream that breaks is how a page without other calls learns that the server is away.
        onConnectionStateChange: ({ error }) => {
          if (error)
            void queryClient.fetchQuery({ ...api.system.version.queryOptions(), staleTime: 0 }).catch(noted);
        },
        onData: ({ data }) => refresh(guildId, staleAfter(guildId)[data.what]),
      },
    ),
  );
}
