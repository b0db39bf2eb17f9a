import type { Command } from './command.js';
import { dayOf, person, plain } from '../answers/markdown.js';

/** `/guild info`: what Slimy knows of the server, and what the person may do here. */
export const guildInfo: Command = {
  path: ['guild', 'info'],
  changing: false,
  description: 'What Slimy knows about this server',
  options: [],
  run: async ({ api, guildId }) => {
    const guild = await api.guild.byId.query({ guildId });
    const owner = guild.ownerDiscordId;
    return {
      title: plain(guild.name),
      lines: [
        `**Members:** ${guild.memberCount}`,
        `**Messages:** ${guild.messageCount}`,
        `**Owner:** ${owner === null ? 'not known' : person(owner)}`,
        `**Here since:** ${dayOf(guild.createdAt)}`,
        `**Your roles:** ${guild.roles.join(', ')}`,
        `**You may:** ${guild.abilities.map((action) => action.replaceAll('_', ' ')).join(', ')}`,
      ],
    };
  },
};
