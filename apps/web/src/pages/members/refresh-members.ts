import { api, queryClient } from '../../app/slimy.ts';

/** Asks anew for what a change of members changes. */
export async function refreshMembers(guildId: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: api.guild.members.list.pathKey() }),
    queryClient.invalidateQueries({ queryKey: api.guild.byId.queryKey({ guildId }) }),
    queryClient.invalidateQueries({ queryKey: api.guild.mine.pathKey() }),
  ]);
}
