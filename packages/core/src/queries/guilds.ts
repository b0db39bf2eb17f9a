import { cacheKeys, canonicalParameters } from '@slimy/cache';
import type { GuildPersonality, GuildSettings, Role } from '@slimy/contract';
import {
  unsetGuildSettings,
  type BoundedCount,
  type GuildRow,
  type MemberRow,
  type Page,
  type Repositories,
} from '@slimy/db';
import { cachedQuery } from './cached-query.js';

/** A guild with its settings, the same for every viewer. */
export interface StoredGuild {
  readonly row: GuildRow;
  readonly settings: GuildSettings;
}

async function storedGuilds(
  repositories: Repositories,
  ids: readonly string[],
): Promise<(StoredGuild | null)[]> {
  const [rows, settings] = await Promise.all([
    repositories.guilds.byIds(ids),
    repositories.guilds.settingsOf(ids),
  ]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = byId.get(id);
    return row ? { row, settings: settings.get(id) ?? unsetGuildSettings } : null;
  });
}

/** A guild with its settings; null when it is not connected. */
export const guildById = cachedQuery({
  name: 'guild.byId',
  key: (guildId: string) => cacheKeys.guild(guildId, 'detail'),
  consistency: 'strict',
  times: { ttl: 180 },
  version: 1,
  load: async (repositories, guildId): Promise<StoredGuild | null> =>
    (await storedGuilds(repositories, [guildId]))[0] ?? null,
  loadMany: storedGuilds,
});

/** What a guild saved of its assistant's character; null when it saved nothing. */
export const savedPersonality = cachedQuery({
  name: 'guild.personality',
  key: (guildId: string) => cacheKeys.guild(guildId, 'personality'),
  consistency: 'confirmed',
  times: { ttl: 600, stale: 1200 },
  version: 1,
  load: (repositories, guildId): Promise<GuildPersonality | null> =>
    repositories.guild(guildId).personality.get(),
});

/** One page of a guild's members, the same for every viewer who may see it. */
export interface MemberPageRequest {
  readonly guildId: string;
  readonly search: string | undefined;
  readonly role: Role | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly offset: number | undefined;
  /** Up to which number the total is counted exactly. */
  readonly exactTotal: number;
}

/** A page of members with the count of all that the filter finds. */
export interface MemberPage extends Page<MemberRow> {
  readonly count: BoundedCount;
}

export const guildMemberPage = cachedQuery({
  name: 'guild.members',
  key: ({ guildId, ...rest }: MemberPageRequest) =>
    `${cacheKeys.guild(guildId, 'members')}:${canonicalParameters(rest)}`,
  consistency: 'confirmed',
  times: { ttl: 60, stale: 60 },
  version: 1,
  async load(repositories, { guildId, search, role, exactTotal, ...request }): Promise<MemberPage> {
    const { members } = repositories.guild(guildId);
    const [page, count] = await Promise.all([
      members.page({ search, role }, request),
      members.count({ search, role }, exactTotal),
    ]);
    return { ...page, count };
  },
});
