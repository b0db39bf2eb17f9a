import { Client, GatewayIntentBits, Options } from 'discord.js';

/**
 * The connection to Discord. It asks for guilds and their members, nothing else, and keeps in memory guilds,
 * roles and channels only: members pass through, however many there are.
 */
export function createDiscordClient(apiBase: string): Client {
  const onlySelf = {
    maxSize: 0,
    keepOverLimit: ({ id, client }: { id: string; client: Client }) => id === client.user?.id,
  };
  return new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers],
    // As many shards as Discord says; beyond 2,500 guilds it refuses a single one.
    shards: 'auto',
    rest: { api: apiBase },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      GuildMemberManager: onlySelf,
      UserManager: onlySelf,
      MessageManager: 0,
      PresenceManager: 0,
      ReactionManager: 0,
      ThreadManager: 0,
      ThreadMemberManager: 0,
      GuildEmojiManager: 0,
      GuildStickerManager: 0,
      GuildInviteManager: 0,
      GuildBanManager: 0,
      VoiceStateManager: 0,
    }),
  });
}
