import { createClient } from '@slimy/client';
import { startFakeDiscord, textOf, type FakeDiscord } from '@slimy/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BotStartError, startBot } from '../src/index.ts';
import { guildDetailOf } from './support/answers.ts';
import { eventually, KeptLog, quickPace } from './support/bot-in-discord.ts';
import { StubApi } from './support/stub-api.ts';

describe('the life of the bot [discord]', () => {
  let api: StubApi;
  let discord: FakeDiscord;
  let log: KeptLog;

  beforeEach(async () => {
    api = await new StubApi().start();
    api.on('guild.sync', () => ({ known: true }));
    api.on('guild.members.sync', () => ({ joined: 0, changed: 0, left: 0, unchanged: 0 }));
    discord = await startFakeDiscord();
    log = new KeptLog();
  });
  afterEach(async () => {
    await discord.stop();
    await api.stop();
  });

  function start(settings: { DISCORD_TOKEN?: string } = {}) {
    return startBot({
      settings: {
        DISCORD_TOKEN: discord.token,
        DISCORD_API_BASE: discord.apiBase,
        PUBLIC_URL: 'https://slimy.example',
        ...settings,
      },
      client: createClient({ url: api.url, token: 'bot-token', retry: { attempts: 1 } }),
      logger: log,
      pace: quickPace,
    });
  }

  it('says what to do about a wrong token', async () => {
    await expect(start({ DISCORD_TOKEN: 'wrong' })).rejects.toThrow(BotStartError);
    await expect(start({ DISCORD_TOKEN: 'wrong' })).rejects.toThrow('DISCORD_TOKEN');
  });

  it('says what to do when it may not see members', async () => {
    const strict = await startFakeDiscord({ membersIntent: false });
    strict.expectMistake('gateway closed with 4014');
    const settings = {
      DISCORD_TOKEN: strict.token,
      DISCORD_API_BASE: strict.apiBase,
      PUBLIC_URL: 'https://slimy.example',
    };
    const starting = startBot({ settings, client: createClient({ url: api.url }), logger: log });
    await expect(starting).rejects.toThrow('Server Members Intent');
    await strict.stop();
  });

  it('keeps trying while Discord is away', async () => {
    discord.faults.next('GET /gateway/bot', { kind: 'cut' }, 2);
    const bot = await start();
    expect(log.messages('warn')).toEqual(['Discord cannot be reached; trying again']);
    await bot.stop();
  });

  it('answers again after its connection broke, and misses nothing', async () => {
    api.on('guild.byId', ({ guildId }) => guildDetailOf(guildId));
    const mira = discord.world.addPerson({ username: 'mira' });
    const guild = discord.world.addGuild({ name: 'Slime Club', ownerId: mira.id });
    const bot = await start();
    discord.gateway.cut();
    await discord.until('the break', () => discord.gateway.readySessions === 0);
    const run = discord.interactions.slash({ personId: mira.id, guildId: guild.id }, 'guild info');
    expect(textOf(await run.answer())).toContain('Slime Club');
    expect(discord.gateway.resumes).toBe(1);
    await bot.stop();
  });

  it('gives the answer that is on its way before it stops, and sends waiting facts', async () => {
    const mira = discord.world.addPerson({ username: 'mira' });
    const guild = discord.world.addGuild({ name: 'Slime Club', ownerId: mira.id });
    const bot = await start();
    await bot.factsDelivered();
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    api.on('guild.byId', async ({ guildId }) => {
      await held;
      return guildDetailOf(guildId);
    });
    const run = discord.interactions.slash({ personId: mira.id, guildId: guild.id }, 'guild info');
    await eventually(() => expect(api.inputsOf('guild.byId')).toHaveLength(1));
    const renamed = discord.world.addPerson({ username: 'pim' });
    discord.world.addMember(guild.id, renamed.id);
    const stopped = bot.stop();
    release();
    await stopped;
    expect(textOf(await run.answer())).toContain('Slime Club');
    expect(discord.gateway.connections).toBe(0);
  });

  it('stops within five seconds when nothing answers any more', async () => {
    const mira = discord.world.addPerson({ username: 'mira' });
    const guild = discord.world.addGuild({ name: 'Slime Club', ownerId: mira.id });
    const bot = await start();
    api.on('guild.byId', () => new Promise(() => undefined));
    api.on('guild.members.sync', () => new Promise(() => undefined));
    discord.interactions.slash({ personId: mira.id, guildId: guild.id }, 'guild info');
    await eventually(() => expect(api.inputsOf('guild.byId')).toHaveLength(1));
    const began = performance.now();
    await bot.stop();
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
