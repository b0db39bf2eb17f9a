import { createClient } from '@slimy/client';
import { startFakeDiscord, type FakeDiscord, type FakeDiscordOptions } from '@slimy/testing';
import { vi } from 'vitest';
import { startBot, type RunningBot } from '../../src/index.ts';
import type { Logger } from '../../src/logger.ts';

/** A logger that keeps what it was told. */
export class KeptLog implements Logger {
  readonly entries: { level: string; fields: object; message: string }[] = [];
  info = (fields: object, message: string) => void this.entries.push({ level: 'info', fields, message });
  warn = (fields: object, message: string) => void this.entries.push({ level: 'warn', fields, message });
  error = (fields: object, message: string) => void this.entries.push({ level: 'error', fields, message });

  messages(level: string): string[] {
    return this.entries.filter((entry) => entry.level === level).map(({ message }) => message);
  }
}

/** Waits until the expectations hold; how long that may take depends on the machine. */
export function eventually(expectations: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(expectations, { timeout: 20_000 });
}

/** A pace that does not keep tests waiting. */
export const quickPace = { gatherMs: 20, parallel: 4, retryBaseMs: 20, retryMaxMs: 50 };

export interface BotInDiscord {
  readonly discord: FakeDiscord;
  readonly bot: RunningBot;
  readonly log: KeptLog;
}

/** Starts the bot in a Discord prepared by `prepare`, on the API at that address. */
export async function startBotInDiscord(
  apiUrl: string,
  prepare: (discord: FakeDiscord) => void,
  options: FakeDiscordOptions & { apiToken?: string } = {},
): Promise<BotInDiscord> {
  const discord = await startFakeDiscord(options);
  prepare(discord);
  const log = new KeptLog();
  const bot = await startBot({
    settings: {
      DISCORD_TOKEN: discord.token,
      DISCORD_API_BASE: discord.apiBase,
      PUBLIC_URL: 'https://slimy.example',
    },
    client: createClient({ url: apiUrl, token: options.apiToken ?? 'bot-token', retry: { attempts: 1 } }),
    logger: log,
    pace: quickPace,
    unconnectedTurnMs: 100,
  });
  return { discord, bot, log };
}
