import type { Command } from './command.js';

/** `/guild connect`: makes the server one of Slimy's; Discord decides who may. */
export const guildConnect: Command = {
  path: ['guild', 'connect'],
  changing: true,
  description: 'Connect this server to Slimy (needs Manage Server)',
  options: [],
  run: async ({ api, guildId, syncGuild }) => {
    await api.guild.connect.mutate({ guildId });
    syncGuild(guildId);
    return {
      title: 'Connected',
      lines: [
        'This server is connected to Slimy. Its members are being read now.',
        'Next: `/guild settings set` says how it should behave here.',
      ],
    };
  },
};
