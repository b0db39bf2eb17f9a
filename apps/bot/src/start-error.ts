import { DiscordAPIError, DiscordjsError, DiscordjsErrorCodes } from 'discord.js';

/** The bot cannot run until a person has changed something; the message says what. */
export class BotStartError extends Error {}

/** The start error behind a failed login; null when trying again may help. */
export function startErrorOf(error: unknown): BotStartError | null {
  const refused = error instanceof DiscordAPIError && error.status === 401;
  const invalid = error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid;
  if (refused || invalid) {
    return new BotStartError(
      "Discord refuses DISCORD_TOKEN. Copy the bot's token from https://discord.com/developers/applications (Bot, Reset Token) and start again.",
    );
  }
  if (error instanceof Error && /disallowed intents/i.test(error.message)) {
    return new BotStartError(
      'Discord does not let the bot see members. Switch on "Server Members Intent" at https://discord.com/developers/applications (Bot, Privileged Gateway Intents) and start again.',
    );
  }
  return null;
}
