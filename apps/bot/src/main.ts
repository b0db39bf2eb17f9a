import { createClient } from '@slimy/client';
import { loadSecrets, loadSettings, SettingsError } from '@slimy/config';
import pino from 'pino';
import { createLog, told } from './log.js';
import { startBot } from './start-bot.js';
import { BotStartError } from './start-error.js';

/** Exit code when a person must change something first: starting again would not help. */
const EXIT_MISCONFIGURED = 78;

async function main(): Promise<void> {
  const settings = loadSettings(process.env);
  const logger = createLog('bot', settings.LOG_LEVEL, pino.destination(1));
  if (!settings.DISCORD_TOKEN) {
    throw new BotStartError(
      'DISCORD_TOKEN is not set. Create a bot at https://discord.com/developers/applications and set its token.',
    );
  }
  const [token] = loadSecrets(settings).botApiTokens;
  const client = createClient({ url: settings.API_URL, ...(token === undefined ? {} : { token }) });

  const stopping = new AbortController();
  const end = new Promise<void>((resolve) => {
    const stop = () => {
      stopping.abort();
      resolve();
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    // The server that started this process has gone.
    process.once('disconnect', stop);
  });
  const starting = startBot({ settings, client, logger }, stopping.signal);
  await Promise.race([starting, end]);
  if (stopping.signal.aborted) {
    const bot = await starting.catch(() => null);
    await bot?.stop();
    return;
  }
  const bot = await starting;
  await end;
  logger.info({}, 'The bot is stopping');
  await bot.stop();
}

try {
  await main();
  process.exit(0);
} catch (error) {
  const misconfigured = error instanceof SettingsError || error instanceof BotStartError;
  console.error(told(error, misconfigured));
  process.exit(misconfigured ? EXIT_MISCONFIGURED : 1);
}
