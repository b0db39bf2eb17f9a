import type { GuildChange } from '@slimy/contract';
import { useSubscription } from '@trpc/tanstack-react-query';
import { api, queryClient } from '../../app/slimy.ts';

function refresh(guildId: string, what: GuildChange['what']): void {
  const stale = {
    guild: [api.guild.mine.pathKey()],
    settings: [api.guild.settings.get.queryKey({ guildId })],
    personality: [api.guild.personality.get.queryKey({ guildId }), api.guild.personality.preview.pathKey()],
    members: [api.guild.members.list.pathKey(), api.guild.mine.pathKey(), api.auth.session.queryKey()],
  }[what];
  for (const queryKey of [api.guild.byId.queryKey({ guildId }), ...stale]) {
    void queryClient.invalidateQueries({ queryKey });
  }
}

/** Keeps what is shown of a guild up to date while its pages are open, whoever changed it. */
export function useLiveGuild(guildId: string): void {
  useSubscription(
    api.guild.onChange.subscriptionOptions(
      { guildId },
      { onData: ({ data }) => refresh(data.guildId, data.what) },
    ),
  );
}
