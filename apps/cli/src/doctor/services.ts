import { createCache } from '@slimy/cache';
import type { Settings } from '@slimy/config';
import { ok, warning, type CheckResult } from './check.js';

const REDIS_WAIT_MS = 1_500;

async function redis(settings: Settings): Promise<CheckResult> {
  const { REDIS_URL: url, REDIS_CA_FILE: caFile, CACHE_PREFIX: prefix } = settings;
  if (url === undefined) {
    return settings.DATABASE_URL.engine === 'mysql'
      ? warning(
          'cache',
          'The cache is in each process by itself.',
          'Set REDIS_URL if several processes serve.',
        )
      : ok('cache', 'The cache is in the process; the embedded database serves one process anyway.');
  }
  const cache = createCache({ redis: { url, caFile }, prefix });
  try {
    await cache.ready(REDIS_WAIT_MS);
    const { ok: well, latencyMs } = await cache.health();
    return well
      ? ok('cache', `Redis answers within ${(latencyMs ?? 0).toFixed(1)} ms.`)
      : warning(
          'cache',
          'Redis does not answer: the program works on without it.',
          'Start Redis, or correct REDIS_URL.',
        );
  } finally {
    await cache.close();
  }
}

/** What the program talks to besides its database. */
export async function serviceChecks(settings: Settings): Promise<readonly CheckResult[]> {
  return [
    await redis(settings),
    settings.DISCORD_CLIENT_ID === undefined
      ? warning(
          'sign-in',
          'Nobody can sign in with Discord.',
          'Set DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET.',
        )
      : ok('sign-in', 'People sign in with Discord.'),
    settings.DISCORD_TOKEN === undefined
      ? warning('bot', 'No bot runs.', 'Set DISCORD_TOKEN to the token of your Discord application.')
      : ok('bot', 'The bot starts with the server.'),
    settings.OPERATOR_DISCORD_IDS.length === 0
      ? warning(
          'operators',
          'Nobody operates this installation.',
          'Set OPERATOR_DISCORD_IDS to your Discord id.',
        )
      : ok('operators', `${settings.OPERATOR_DISCORD_IDS.length} people operate this installation.`),
  ];
}
