import type { Action, GuildDetail } from '@slimy/contract';
import { createContext, useContext } from 'react';

/** The guild whose pages are open. */
export const GuildContext = createContext<GuildDetail | null>(null);

/** The guild whose pages are open. Only for what stands inside its layout. */
export function useGuild(): GuildDetail {
  const guild = useContext(GuildContext);
  if (!guild) throw new Error('useGuild outside the layout of a guild');
  return guild;
}

/** Whether the person may do this in the guild whose pages are open. */
export function useAbility(action: Action): boolean {
  return useGuild().abilities.includes(action);
}
