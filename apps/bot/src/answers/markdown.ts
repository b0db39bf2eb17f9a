/** A text of somebody's making, so that Discord shows it as it is: no formatting, links or mentions. */
export function plain(text: string): string {
  return text
    .replaceAll(/[\\*_`~|>#+\-=[\]()<@:]/g, String.raw`\$&`)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The first `max` characters of a text, marked when there was more. */
export function shortened(text: string, max: number): string {
  const characters = Array.from(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

/** A date that Discord shows in the reader's own language. */
export function dayOf(at: Date): string {
  return `<t:${Math.floor(at.getTime() / 1000)}:D>`;
}

/** A person by their Discord id, shown with their name; a mention in an embed calls nobody. */
export function person(discordId: string): string {
  return `<@${discordId}>`;
}

/** A channel by its id, shown with its name. */
export function channel(channelId: string): string {
  return `<#${channelId}>`;
}

/** A Discord role by its id, shown with its name. */
export function discordRole(roleId: string): string {
  return `<@&${roleId}>`;
}
