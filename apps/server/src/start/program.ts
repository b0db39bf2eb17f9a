import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSecrets, type Settings } from '@slimy/config';
import {
  createCore,
  listenForCommands,
  lockDataFolder,
  migrationTarget,
  openMigrated,
  openShared,
  requireFinishedRestore,
  requireOwnKeys,
} from '@slimy/core';
import type { Logger } from 'pino';
import { z } from 'zod';
import { BotProcess } from '../bot/bot-process.js';
import { cacheMetrics } from '../health/cache-metrics.js';
import { readinessOf } from '../health/readiness.js';
import { createServer } from '../server.js';
import { Cleanup } from './cleanup.js';

/** The folder of the workspace's programs, beside which the built page and the bot lie. */
const apps = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const webRoot = join(apps, 'web', 'dist');
const botProgram = join(apps, 'bot', 'dist', 'main.js');

/** The version of the program, out of its own manifest. */
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(apps, 'server', 'package.json'), 'utf8')));

/** Milliseconds that everything together may take to stop; supervisors wait little longer than five seconds. */
const STOP_WITHIN_MS = 4_000;
/** Milliseconds that the bot has to say goodbye. */
const BOT_GRACE_MS = 3_000;
/** Milliseconds that jobs under way have to come to a place where they can go on later. */
const JOBS_GRACE_MS = 2_500;

/** The program while it serves. */
export interface RunningProgram {
  readonly address: string;
  /** Ends everything in good order within four seconds; what cannot be ended, or not in time, is logged by name. */
  stop(): Promise<void>;
}

async function build(
  settings: Settings,
  logger: Logger,
  cleanup: Cleanup,
  beforeListening: () => Promise<void>,
): Promise<void> {
  if (settings.DATABASE_URL.engine === 'sqlite')
    cleanup.add('data folder', lockDataFolder(settings.DATA_DIR));
  const secrets = loadSecrets(settings);
  const database = await openMigrated(settings, logger);
  cleanup.add('database', () => database.close());
  await requireFinishedRestore(database);
  await requireOwnKeys(database, secrets);
  const { cache, signals, counter } = await openShared(settings, database, logger);
  cleanup.add('cache', async () => {
    await Promise.all([cache.close(), signals.close(), counter.close()]);
  });
  const core = await createCore({ settings, secrets, database, cache, signals, logger, version });
  await core.start();
  cleanup.add('core', (withinMs) => core.stop(Math.min(JOBS_GRACE_MS, withinMs)));

  const server = await createServer({
    settings,
    core,
    counter,
    readiness: readinessOf(database, cache, migrationTarget(settings)),
    moreMetrics: () => cacheMetrics(cache),
    logger,
    webRoot: existsSync(join(webRoot, 'index.html')) ? webRoot : null,
  });
  cleanup.add('server', () => server.close());
  await beforeListening();
  await server.listen({ host: settings.HOST, port: settings.PORT });

  const endCommands = await listenForCommands({ dataDir: settings.DATA_DIR, tasks: core.tasks, logger });
  if (endCommands) cleanup.add('command line', endCommands);

  if (settings.DISCORD_TOKEN !== undefined && existsSync(botProgram)) {
    const { PORT, PUBLIC_URL, API_URL } = settings;
    const located = { PORT: String(PORT), PUBLIC_URL, API_URL };
    const bot = new BotProcess({ program: botProgram, log: logger, settings: located });
    cleanup.add('bot', (withinMs) => bot.stop(Math.min(BOT_GRACE_MS, withinMs)));
    bot.start();
  }
}

/**
 * Starts everything the settings ask for. What was started is stopped again when something fails. `beforeListening`
 * gives the port free, where it was held until now.
 * @throws what stopped the start; `startFailure` puts it into words
 */
export async function startProgram(
  settings: Settings,
  logger: Logger,
  beforeListening: () => Promise<void> = async () => undefined,
): Promise<RunningProgram> {
  const cleanup = new Cleanup({
    failed: (name, error) => logger.error({ err: error }, `The ${name} could not be closed`),
    left: (name) => logger.error(`The ${name} could not be closed in time and is left as it is`),
  });
  try {
    await build(settings, logger, cleanup, beforeListening);
  } catch (error) {
    await cleanup.run(STOP_WITHIN_MS);
    throw error;
  }
  return { address: settings.PUBLIC_URL, stop: () => cleanup.run(STOP_WITHIN_MS) };
}
