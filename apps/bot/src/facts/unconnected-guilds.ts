import type { Client } from 'discord.js';
import type { FactSender } from './fact-sender.js';
import { guildFact } from './member-facts.js';

/** Guilds asked about again at once. */
const GUILDS_A_TURN = 25;
const TURN_MS = 15_000;

/**
 * Asks every now and then whether guilds that nobody had connected are connected by now (on the web page, say),
 * a few at a time. Gives what ends it.
 */
export function askAboutUnconnected(client: Client, sender: FactSender, turnMs = TURN_MS): () => void {
  const turn = setInterval(() => {
    for (const guildId of sender.unconnected.slice(0, GUILDS_A_TURN)) {
      const guild = client.guilds.cache.get(guildId);
      if (guild?.available) sender.guildChanged(guildFact(guild, true), true);
    }
  }, turnMs);
  return () => clearInterval(turn);
}
