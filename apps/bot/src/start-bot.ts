import type { SlimyClient } from '@slimy/client';
import type { Settings } from '@slimy/config';
import { Events, type Client, type Interaction } from 'discord.js';
import { commands } from './commands/index.js';
import { createDiscordClient } from './discord/client.js';
import { InteractionHandler } from './discord/interactions.js';
import { announcePerson } from './facts/announce-person.js';
import { backoffMs } from './facts/backoff.js';
import { FactSender, defaultPace, type FactPace } from './facts/fact-sender.js';
import { listenForFacts } from './facts/gateway-facts.js';
import { guildFact } from './facts/member-facts.js';
import { readMembers } from './facts/member-reader.js';
import { askAboutUnconnected } from './facts/unconnected-guilds.js';
import type { Logger } from './logger.js';
import { registerCommands } from './registration/register.js';
import { startErrorOf } from './start-error.js';

/** How long facts may still be sent, and answers be given, when the bot stops, in milliseconds. */
const STOP_WITHIN_MS = 2000;
const RETRY_BASE_MS = 1000;
const RETRY_MAX_MS = 30_000;

/** What the bot is started with. */
export interface BotOptions {
  readonly settings: Pick<Settings, 'DISCORD_TOKEN' | 'DISCORD_API_BASE' | 'PUBLIC_URL'>;
  /** The API with the bot's own token, acting for nobody. */
  readonly client: SlimyClient;
  readonly logger: Logger;
  /** How fast facts are sent; the default suits production. */
  readonly pace?: FactPace;
  /** How often guilds that nobody connected are asked about again, in milliseconds. */
  readonly unconnectedTurnMs?: number;
}

/** A bot that is connected. */
export interface RunningBot {
  /** Resolves when every fact known so far has reached the API. */
  factsDelivered(): Promise<void>;
  /** Gives answers that are on their way and facts that wait a last chance, then disconnects. */
  stop(): Promise<void>;
}

/**
 * Connects to Discord, registers the commands, answers people and tells the API what it sees. Resolves once
 * it is connected and the commands are registered; while Discord cannot be reached it keeps trying.
 * @throws BotStartError when a person must change something first: no token, a wrong one, a missing intent.
 */
export async function startBot(options: BotOptions, signal?: AbortSignal): Promise<RunningBot> {
  const { settings, client: api, logger } = options;
  const discord = createDiscordClient(settings.DISCORD_API_BASE);
  const sender = new FactSender(
    { api, readMembers: (guildId) => readMembers(discord, guildId) },
    logger,
    options.pace ?? defaultPace,
  );
  const handler = new InteractionHandler({
    client: api,
    logger,
    webUrl: settings.PUBLIC_URL,
    syncGuild: (guildId) => {
      const guild = discord.guilds.cache.get(guildId);
      if (guild) sender.guildChanged(guildFact(guild, true), true);
    },
    announcePerson: (interaction: Interaction) => announcePerson(api, interaction, logger),
  });
  listenForFacts(discord, sender, logger);
  discord.on(Events.InteractionCreate, (interaction) => handler.handle(interaction));
  discord.on(Events.Error, (error) => logger.warn({ err: error }, 'The connection to Discord had an error'));
  const stopAsking = askAboutUnconnected(discord, sender, options.unconnectedTurnMs);

  const stop = async () => {
    stopAsking();
    discord.removeAllListeners(Events.InteractionCreate);
    await Promise.all([sender.stop(STOP_WITHIN_MS), withinMs(handler.settled(), STOP_WITHIN_MS)]);
    await discord.destroy();
  };
  try {
    const ready = await connect(discord, settings.DISCORD_TOKEN, logger, signal);
    await untilDone(
      () => registerCommands(ready.rest, ready.application.id, commands),
      'The commands could not be registered; trying again',
      logger,
      signal,
    );
    logger.info({ guilds: ready.guilds.cache.size, name: ready.user.username }, 'The bot is connected');
  } catch (error) {
    await stop();
    throw error;
  }
  return { factsDelivered: () => sender.idle(), stop };
}

async function connect(
  discord: Client,
  token: string | undefined,
  logger: Logger,
  signal: AbortSignal | undefined,
): Promise<Client<true>> {
  const ready = new Promise<Client<true>>((resolve) => {
    discord.once(Events.ClientReady, resolve);
  });
  await untilDone(
    () => discord.login(token ?? ''),
    'Discord cannot be reached; trying again',
    logger,
    signal,
  );
  return ready;
}

/** Tries until it works; gives up when a person must change something, or when told to. */
async function untilDone(
  attempt: () => Promise<unknown>,
  trouble: string,
  logger: Logger,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let failures = 1; ; failures += 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      const startError = startErrorOf(error);
      if (startError) throw startError;
      if (signal?.aborted) throw error;
      if (failures === 1) logger.warn({ err: error }, trouble);
    }
    await pause(backoffMs(failures, RETRY_BASE_MS, RETRY_MAX_MS), signal);
  }
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
  });
}

async function withinMs(task: Promise<void>, milliseconds: number): Promise<void> {
  const enough = new AbortController();
  await Promise.race([task, pause(milliseconds, enough.signal)]);
  enough.abort();
}
