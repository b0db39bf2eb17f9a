import type { InputOf } from '@slimy/contract';
import { limits } from '@slimy/contract';
import { PermissionFlagsBits, PermissionsBitField, type Guild } from 'discord.js';
import { z } from 'zod';

/** One fact about a person in a guild, as the API takes it. */
export type MemberFact = InputOf<'guild.members.sync'>['members'][number];
/** The facts about a guild itself, as the API takes them. */
export type GuildFact = InputOf<'guild.sync'>;

/** A member as Discord describes them, over the gateway, by REST and in interactions alike. */
export const memberPayload = z.object({
  user: z.object({
    id: z.string(),
    username: z.string(),
    global_name: z.string().nullish(),
    avatar: z.string().nullish(),
    bot: z.boolean().optional(),
  }),
  roles: z.array(z.string()),
  joined_at: z.string().nullish(),
});
export type MemberPayload = z.output<typeof memberPayload>;

/**
 * A member's permissions in the guild as Discord computes them, channels aside: everyone's role joined with
 * their own, all for the owner and for administrators. A time-out is left out on purpose: it ends without an
 * event, and nobody should lose their place in Slimy by it.
 * https://docs.discord.com/developers/topics/permissions
 */
function permissionsOf(guild: Guild, memberId: string, roleIds: readonly string[]): bigint {
  if (guild.ownerId === memberId) return PermissionsBitField.All;
  const held = [guild.id, ...roleIds].reduce(
    (bits, roleId) => bits | (guild.roles.cache.get(roleId)?.permissions.bitfield ?? 0n),
    0n,
  );
  return (held & PermissionFlagsBits.Administrator) === 0n ? held : PermissionsBitField.All;
}

/** What the API is told of a member who is there. Null for bots: they are nobody in Slimy. */
export function presentFact(guild: Guild, member: MemberPayload): MemberFact | null {
  const { user, roles, joined_at: joinedAt } = member;
  if (user.bot) return null;
  return {
    kind: 'present',
    user: {
      discordId: user.id,
      username: user.username,
      globalName: user.global_name ?? null,
      avatar: user.avatar ?? null,
    },
    roleIds: roles.slice(0, limits.discordRolesMax),
    permissions: permissionsOf(guild, user.id, roles).toString(),
    joinedAt: joinedAt ? new Date(joinedAt) : null,
  };
}

/** The Discord id a fact is about. */
export function subjectOf(fact: MemberFact): string {
  return fact.kind === 'left' ? fact.discordId : fact.user.discordId;
}

/** What the API is told of a guild. */
export function guildFact(guild: Guild, botPresent: boolean): GuildFact {
  const { id, name, icon, ownerId } = guild;
  return { guildId: id, name, icon, ownerDiscordId: ownerId, botPresent };
}
