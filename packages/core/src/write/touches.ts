import type { Touch } from '@slimy/cache';
import { cacheKeys } from '@slimy/cache';
import { ownGuildsKey } from '../discord/own-guilds.js';
import { guildById, savedPersonality } from '../queries/guilds.js';
import {
  apiTokenByHash,
  apiTokenById,
  everybody,
  savedUserSettings,
  sessionById,
  sessionByTokenHash,
  standingOfUser,
  userById,
  userIdByDiscordId,
} from '../queries/people.js';

/** What a change touches, by what it is about: the only names by which writes reach into the cache. */
export const touches = {
  /** A session that begins, ends or is revoked. */
  session: ({ id, tokenHash }: { readonly id: string; readonly tokenHash: string }): Touch => ({
    keys: [sessionByTokenHash.key(tokenHash), sessionById.key(id)],
  }),
  /** A personal API token that is made or revoked. */
  apiToken: ({ id, tokenHash }: { readonly id: string; readonly tokenHash: string }): Touch => ({
    keys: [apiTokenByHash.key(tokenHash), apiTokenById.key(id)],
  }),
  /** A person's row. */
  profile: (userId: string): Touch => ({ keys: [userById.key(userId)] }),
  /** A person's own list of servers at Discord. */
  ownGuilds: (userId: string): Touch => ({ keys: [ownGuildsKey(userId)] }),
  /** A person who was not known before. */
  newPerson: (discordId: string): Touch => ({ keys: [userIdByDiscordId.key(discordId)] }),
  userSettings: (userId: string): Touch => ({ keys: [savedUserSettings.key(userId)] }),
  /** A person's place in a guild: their standing, the guild's lists and counts. */
  membership: (guildId: string, userId: string): Touch => ({
    keys: [standingOfUser.key(userId), guildById.key(guildId)],
    patterns: [`${cacheKeys.guild(guildId, 'members')}:*`],
  }),
  /** A guild's lists of members. */
  guildMembers: (guildId: string): Touch => ({
    keys: [guildById.key(guildId)],
    patterns: [`${cacheKeys.guild(guildId, 'members')}:*`],
  }),
  /** A guild's own row or its typed settings, which are read together. */
  guild: (guildId: string): Touch => ({ keys: [guildById.key(guildId)] }),
  /** A guild's messages and their count. */
  guildMessages: (guildId: string): Touch => ({
    keys: [guildById.key(guildId)],
    patterns: [`${cacheKeys.guild(guildId, 'messages')}:*`],
  }),
  /** Every analysis of a guild's club and the lists of them. */
  clubAnalyses: (guildId: string): Touch => ({ patterns: [`${cacheKeys.guild(guildId, 'analyses')}:*`] }),
  personality: (guildId: string): Touch => ({ keys: [savedPersonality.key(guildId)] }),
  /** What is cached of people: their rows, their standing, their sessions. */
  everybody: (): Touch => ({ tags: [everybody] }),
  /** Everything of a guild, and every person's entries: for the rare change that touches all its people. */
  wholeGuild: (guildId: string): Touch => ({
    patterns: [`guild:${guildId}:*`],
    tags: [everybody],
  }),
} as const;

const merged = (lists: readonly (readonly string[] | undefined)[]): string[] => [
  ...new Set(lists.flatMap((list) => list ?? [])),
];

/** Several touches as one, each name once. */
export function joinedTouch(all: readonly Touch[]): Required<Touch> {
  return {
    keys: merged(all.map(({ keys }) => keys)),
    tags: merged(all.map(({ tags }) => tags)),
    patterns: merged(all.map(({ patterns }) => patterns)),
  };
}

/** Whether the wider touch names everything the other one does. */
export function covers(wide: Touch, narrow: Touch): boolean {
  const within = (some: readonly string[] | undefined, all: readonly string[] | undefined) => {
    const known = new Set(all);
    return (some ?? []).every((name) => known.has(name));
  };
  return (
    within(narrow.keys, wide.keys) && within(narrow.tags, wide.tags) && within(narrow.patterns, wide.patterns)
  );
}
