import { REST } from 'discord.js';
import { startFakeDiscord, type FakeDiscord } from '@slimy/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commands } from '../src/commands/index.ts';
import { registerCommands } from '../src/registration/register.ts';

const PUT = 'PUT /applications/:applicationId/commands';

describe('the registration of commands [discord]', () => {
  let discord: FakeDiscord;
  let rest: REST;

  beforeEach(async () => {
    discord = await startFakeDiscord();
    rest = new REST({ api: discord.apiBase }).setToken(discord.token);
  });
  afterEach(async () => {
    await discord.stop();
  });

  it('writes the commands once, and not again while they are the same', async () => {
    expect(await registerCommands(rest, discord.clientId, commands)).toBe(true);
    expect(await registerCommands(rest, discord.clientId, commands)).toBe(false);
    expect(discord.log.of(PUT)).toHaveLength(1);
    expect(discord.commands.commands.map(({ name }) => name)).toEqual(['guild']);
  });

  it.each([
    [
      'another description',
      commands.map((command) => ({ ...command, description: `${command.description}!` })),
    ],
    ['one command less', commands.slice(1)],
    [
      'another option',
      commands.map((command) => ({
        ...command,
        options: [...command.options, { name: 'more', description: 'More', kind: 'flag' as const }],
      })),
    ],
    [
      'other limits',
      commands.map((command) => ({
        ...command,
        options: command.options.map((option) => ({ ...option, max: 3 })),
      })),
    ],
    [
      'another order of options',
      commands.map((command) => ({ ...command, options: command.options.toReversed() })),
    ],
  ])('writes again for %s', async (_what, changed) => {
    await registerCommands(rest, discord.clientId, commands);
    expect(await registerCommands(rest, discord.clientId, changed)).toBe(true);
  });
});
