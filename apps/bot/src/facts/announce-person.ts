import { isSlimyError, type SlimyClient } from '@slimy/client';
import type { Interaction } from 'discord.js';
import type { Logger } from '../logger.js';
import { presentFact } from './member-facts.js';

/**
 * Tells the API what an interaction says of the person behind it: they are in the guild, with these roles.
 * Resolves false when that cannot help.
 */
export async function announcePerson(
  api: SlimyClient,
  interaction: Interaction,
  logger: Logger,
): Promise<boolean> {
  const { guild, member, user } = interaction;
  if (!guild || !member) return false;
  const roles = Array.isArray(member.roles) ? member.roles : [...member.roles.cache.keys()];
  const joinedAt = 'joinedAt' in member ? (member.joinedAt?.toISOString() ?? null) : member.joined_at;
  const fact = presentFact(guild, {
    user: { id: user.id, username: user.username, global_name: user.globalName, avatar: user.avatar },
    roles: roles.filter((roleId) => roleId !== guild.id),
    joined_at: joinedAt,
  });
  if (!fact) return false;
  try {
    await api.guild.members.sync.mutate({ guildId: guild.id, members: [fact] });
    return true;
  } catch (error) {
    // Nobody connected the guild: there is nothing to announce the person to.
    if (isSlimyError(error) && error.reason === 'not_found') return false;
    logger.warn({ err: error, guildId: guild.id }, 'A person could not be announced to the API');
    return false;
  }
}
