/** Addresses of Discord's pictures, under the CDN that the settings name. */
export interface DiscordImages {
  guildIcon(guildId: string, icon: string | null): string | null;
  avatar(discordId: string, avatar: string | null): string | null;
}

/** `cdnBase` without a slash at the end, such as `https://cdn.discordapp.com`. */
export function discordImages(cdnBase: string): DiscordImages {
  const image = (folder: string, id: string, hash: string | null) =>
    hash === null ? null : `${cdnBase}/${folder}/${id}/${hash}.${hash.startsWith('a_') ? 'gif' : 'png'}`;
  return {
    guildIcon: (guildId, icon) => image('icons', guildId, icon),
    avatar: (discordId, avatar) => image('avatars', discordId, avatar),
  };
}
