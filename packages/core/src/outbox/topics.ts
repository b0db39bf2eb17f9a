/** The kinds of facts in the outbox. */
export const outboxTopics = {
  /** Something of a guild changed, for those who watch it. */
  guildChange: 'guild.change',
} as const;

/** The room of those who watch a guild; also the channel that wakes them. */
export function guildRoom(guildId: string): string {
  return `guild:${guildId}`;
}
