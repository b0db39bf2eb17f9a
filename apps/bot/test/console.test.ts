import { createClient } from '@slimy/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readArguments } from '../src/console/arguments.ts';
import { parseLine } from '../src/console/parse-line.ts';
import { runConsole } from '../src/console/run-console.ts';
import { guildDetailOf, memberOf, settingsOf } from './support/answers.ts';
import { KeptLog } from './support/bot-in-discord.ts';
import { Refusal, StubApi } from './support/stub-api.ts';

const mira = '100000000000000001';
const guildId = '200000000000000001';

describe('the commands, typed in a terminal', () => {
  let api: StubApi;
  let printed: string[];

  beforeEach(async () => {
    api = await new StubApi().start();
    api.on('guild.mine', () => ({ items: [guildDetailOf(guildId)], nextCursor: null }));
    printed = [];
  });
  afterEach(() => api.stop());

  async function* noLines() {}

  function run(args: readonly string[], lines: () => AsyncIterable<string> = noLines): Promise<boolean> {
    return runConsole(readArguments(['--as', mira, ...args]), lines, {
      client: createClient({ url: api.url, token: 'bot-token', retry: { attempts: 1 } }),
      logger: new KeptLog(),
      webUrl: 'https://slimy.example',
      print: (text) => void printed.push(text),
    });
  }

  it('runs a command in the only guild of the person, and prints plain text', async () => {
    api.on('guild.byId', (input) => guildDetailOf(input.guildId, { name: '*Slime* Club' }));
    expect(await run(['/guild info'])).toBe(true);
    expect(printed[0]).toContain('*Slime* Club\nMembers: 12');
    expect(printed[0]).toContain('Here since: 2026-01-01T00:00:00.000Z');
    expect(api.calls.every(({ actingAs }) => actingAs === mira)).toBe(true);
  });

  it('changes settings with options in quotes', async () => {
    api.on('guild.settings.get', () => settingsOf({ version: 3 }));
    api.on('guild.settings.update', () => settingsOf({ version: 4 }));
    expect(await run(['/guild settings set view:latest notes:"two: words" public:yes week-window:3'])).toBe(
      true,
    );
    expect(api.inputsOf('guild.settings.update')).toEqual([
      {
        guildId,
        version: 3,
        settings: { viewMode: 'latest', notes: 'two: words', allowPublic: true, weekWindowDays: 3 },
      },
    ]);
  });

  it('shows how to press a button, and presses it', async () => {
    api.on('guild.members.list', ({ offset = 0 }) => ({
      items: [memberOf(offset)],
      nextCursor: null,
      total: 21,
      totalIsLowerBound: false,
      hasMore: offset === 0,
    }));
    await run(['/guild members']);
    const id = /--press "([^"]+)"/.exec(printed[0] ?? '')?.[1] ?? '';
    expect(await run(['--press', id])).toBe(true);
    expect(printed[1]).toContain('21–21 of 21');
  });

  it('reads lines from the terminal when none is given, and goes on after a mistake', async () => {
    api.on('guild.settings.get', () => settingsOf());
    const lines = async function* () {
      yield '/guild nonsense';
      yield '';
      yield '/guild settings view';
    };
    expect(await run([], lines)).toBe(false);
    expect(printed[0]).toContain('There is no such command.');
    expect(printed[1]).toContain('view: baseline');
  });

  it('asks which guild is meant, and says what went wrong', async () => {
    const items = [guildDetailOf(guildId), guildDetailOf('200000000000000002')];
    api.on('guild.mine', () => ({ items, nextCursor: null }));
    expect(await run(['/guild info'])).toBe(false);
    expect(printed[0]).toContain('--guild 200000000000000002');
    api.on('guild.byId', () => {
      throw new Refusal('not_found');
    });
    expect(await run(['--guild', guildId, '/guild info'])).toBe(false);
    expect(printed[1]).toContain('/guild connect');
  });

  it.each([
    ['/guild settings set view:sideways', 'must be one of baseline, latest'],
    ['/guild settings set week-window:99', 'from 1 to 14'],
    ['/guild settings set public:perhaps', 'must be yes or no'],
    ['/guild settings set club-role:me', 'must be the id of a role'],
    ['/guild settings set colour:red', 'is no option of'],
  ])('refuses %s', (line, reason) => {
    expect(() => parseLine(line)).toThrow(reason);
  });

  it('says how it is used', () => {
    expect(() => readArguments([])).toThrow('--as needs a Discord id');
    expect(() => readArguments(['--as', mira, '--guild', 'x'])).toThrow('--guild needs the id of a guild');
    expect(() => readArguments(['--what'])).toThrow('Usage:');
  });
});
