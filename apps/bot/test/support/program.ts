import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort, temporaryFolder, type FakeDiscord, type VariantFixture } from '@slimy/testing';

const program = fileURLToPath(new URL('../../../server/dist/bundle/main.js', import.meta.url));

const botConsole = fileURLToPath(new URL('../../dist/console.js', import.meta.url));

/** What `pnpm bot:console` prints, and its exit code. */
export async function runBotConsole(
  address: string,
  botToken: string,
  args: readonly string[],
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [botConsole, ...args], {
    env: { API_URL: address, BOT_API_TOKENS: botToken, DATA_DIR: temporaryFolder('console') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  await once(child, 'close');
  return { code: child.exitCode, output };
}

/** The server and the bot, started as `npm start` starts them. */
export interface RunningProgram {
  readonly address: string;
  readonly databaseUrl: string;
  /** What it printed. */
  output(): string;
  stop(): Promise<number | null>;
}

/** Starts the program on a variant's database and cache, with the bot in this Discord. Resolves when both are ready. */
export async function startProgram(
  fixture: VariantFixture,
  discord: FakeDiscord,
  botToken: string,
): Promise<RunningProgram> {
  const port = await freePort();
  const databaseUrl = await fixture.databaseUrl();
  const child = spawn(process.execPath, [program], {
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: temporaryFolder('program'),
      DATABASE_URL: databaseUrl,
      ...(fixture.redisUrl === undefined ? {} : { REDIS_URL: fixture.redisUrl }),
      CACHE_PREFIX: fixture.prefix,
      DISCORD_TOKEN: discord.token,
      DISCORD_API_BASE: discord.apiBase,
      DISCORD_CDN_BASE: discord.cdnBase,
      BOT_API_TOKENS: botToken,
      DEMO: '1',
      // A person types a few times a minute; this suite does not.
      RATE_LIMIT_FACTOR: '100',
      NODE_ENV: 'production',
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const address = `http://127.0.0.1:${port}`;
  await readiness(child, address, () => output);
  await discord.until('the bot to register its commands', () => discord.commands.commands.length, 60_000);
  return {
    address,
    databaseUrl,
    output: () => output,
    stop: async () => {
      if (child.exitCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
  };
}

async function readiness(child: ChildProcess, address: string, output: () => string): Promise<void> {
  const ready = new Promise<void>((resolve) => {
    child.stdout?.on('data', () => {
      if (output().includes(address)) resolve();
    });
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the program ended at once:\n${output()}`);
  });
  await Promise.race([ready, ended]);
}
