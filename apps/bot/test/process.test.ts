import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startFakeDiscord, temporaryFolder, type FakeDiscord } from '@slimy/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StubApi } from './support/stub-api.ts';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

describe('the process of the bot [discord]', () => {
  let api: StubApi;
  let discord: FakeDiscord;

  beforeEach(async () => {
    api = await new StubApi().start();
    discord = await startFakeDiscord();
  });
  afterEach(async () => {
    await discord.stop();
    await api.stop();
  });

  function run(environment: Record<string, string>) {
    const child = spawn(process.execPath, [main], {
      env: { DATA_DIR: temporaryFolder('bot'), LOG_LEVEL: 'info', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    const ended = once(child, 'exit').then(([code]) => ({ code: Number(code), output }));
    return { child, ended };
  }

  it.each(['SIGTERM', 'SIGINT'] as const)('stops on %s and leaves Discord', async (signal) => {
    const { child, ended } = run({
      DISCORD_TOKEN: discord.token,
      DISCORD_API_BASE: discord.apiBase,
      API_URL: api.url,
    });
    await discord.until(
      'the bot to be there',
      () => discord.log.of('PUT /applications/:applicationId/commands').length,
      20_000,
    );
    const began = performance.now();
    child.kill(signal);
    const { code, output } = await ended;
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(performance.now() - began).toBeLessThan(5000);
    await discord.until('the bot to leave', () => discord.gateway.connections === 0);
    expect(output).not.toContain(discord.token);
  });

  it('stops on a signal while Discord is away', async () => {
    discord.faults.always('*', { kind: 'cut' });
    const { child, ended } = run({
      DISCORD_TOKEN: discord.token,
      DISCORD_API_BASE: discord.apiBase,
      API_URL: api.url,
    });
    await discord.until('an attempt', () => discord.log.of('GET /gateway/bot').length, 20_000);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
  });

  it.each([
    ['no token', {}, 'DISCORD_TOKEN is not set'],
    ['wrong settings', { PORT: 'many' }, 'PORT'],
  ])('ends with %s, saying what to do', async (_what, environment, words) => {
    const { code, output } = await run(environment).ended;
    expect(code).toBe(78);
    expect(output).toContain(words);
  });

  it('ends when Discord refuses its token, saying what to do', async () => {
    const { ended } = run({ DISCORD_TOKEN: 'wrong', DISCORD_API_BASE: discord.apiBase, API_URL: api.url });
    const { code, output } = await ended;
    expect(code).toBe(78);
    expect(output).toContain('Discord refuses DISCORD_TOKEN');
  });
});
