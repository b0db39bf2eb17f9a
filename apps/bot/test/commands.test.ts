import { textOf, type FakeGuild, type FakeInteraction, type FakePerson } from '@slimy/testing';
import { errorReasons, type ErrorReason } from '@slimy/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guildDetailOf, memberOf, settingsOf } from './support/answers.ts';
import { startBotInDiscord, type BotInDiscord } from './support/bot-in-discord.ts';
import { Refusal, StubApi } from './support/stub-api.ts';

describe('the commands, typed in Discord [discord]', () => {
  let api: StubApi;
  let mira: FakePerson;
  let guild: FakeGuild;
  let running: BotInDiscord;

  beforeEach(async () => {
    api = await new StubApi().start();
    api.on('guild.sync', () => ({ known: true }));
    api.on('guild.members.sync', () => ({ joined: 0, changed: 0, left: 0, unchanged: 0 }));
    running = await startBotInDiscord(api.url, ({ world }) => {
      mira = world.addPerson({ username: 'mira', globalName: 'Mira' });
      guild = world.addGuild({ name: 'Slime Club', ownerId: mira.id });
    });
  });
  afterEach(async () => {
    await running.bot.stop();
    await running.discord.stop();
    await api.stop();
  });

  function type(line: string, options: Record<string, string | number | boolean> = {}): FakeInteraction {
    return running.discord.interactions.slash({ personId: mira.id, guildId: guild.id }, line, options);
  }
  async function reply(run: FakeInteraction): Promise<string> {
    const message = await run.answer();
    expect(message.ephemeral).toBe(true);
    return textOf(message);
  }

  it('says what Slimy knows of the guild, asked as the person who typed', async () => {
    api.on('guild.byId', ({ guildId }) => guildDetailOf(guildId, { name: '**Slime** @everyone' }));
    const run = type('guild info');
    await running.discord.until('the acknowledgement', () => run.acknowledged === 'deferred');
    const text = await reply(run);
    expect(text).toContain(String.raw`\*\*Slime\*\* \@everyone`);
    expect(text).toContain('**Members:** 12');
    expect(text).toContain('**Your roles:** member, editor');
    expect(api.calls.find(({ name }) => name === 'guild.byId')?.actingAs).toBe(mira.id);
  });

  it('says below an answer that it is an older one, while the API has no database', async () => {
    api.on('guild.byId', ({ guildId }) => guildDetailOf(guildId, {}));
    api.databaseAwaySeconds = 12;
    expect(await reply(type('guild info'))).toContain(
      'database does not answer: this is from before, 12 s ago',
    );
    api.databaseAwaySeconds = null;
    expect(await reply(type('guild info'))).not.toContain('database');
  });

  it('pages through members with buttons that work without any memory of the bot', async () => {
    api.on('guild.members.list', ({ offset = 0, limit, search, role }) => ({
      items: Array.from({ length: Math.min(limit, 45 - offset) }, (_, index) => memberOf(offset + index)),
      nextCursor: null,
      total: 45,
      totalIsLowerBound: false,
      hasMore: offset + limit < 45,
      ...(search === 'mem: "é"' && role === 'member' ? {} : { items: [] }),
    }));
    const run = type('guild members', { search: 'mem: "é"', role: 'member' });
    expect(await reply(run)).toContain('1–20 of 45');
    const message = await run.answer();
    const [previous, next] = message.components[0]?.components ?? [];
    expect(previous?.disabled).toBe(true);
    const pressed = running.discord.interactions.press(run, message, next?.custom_id ?? '');
    const second = await pressed.answer();
    expect(textOf(second)).toContain('21–40 of 45');
    expect(textOf(second)).toContain('member39');
    const last = running.discord.interactions.press(
      run,
      second,
      second.components[0]?.components[1]?.custom_id ?? '',
    );
    expect(textOf(await last.answer())).toContain('41–45 of 45');
  });

  it('keeps the longest search within the 100 characters of a button', async () => {
    api.on('guild.members.list', () => ({
      items: Array.from({ length: 20 }, (_, index) =>
        memberOf(index, {
          globalName: '*'.repeat(32),
          roles: ['member', 'club', 'editor', 'moderator', 'admin'],
        }),
      ),
      nextCursor: null,
      total: 10_000,
      totalIsLowerBound: true,
      hasMore: true,
    }));
    const run = type('guild members', { search: 'x'.repeat(80), role: 'owner', page: 500 });
    expect(await reply(run)).toContain('of 10000+');
  });

  it('shows the settings', async () => {
    api.on('guild.settings.get', () =>
      settingsOf({ notes: 'be *nice*', warnTotalHigh: 9_007_199_254_740_993n }),
    );
    const text = await reply(type('guild settings view'));
    expect(text).toContain(String.raw`**notes:** be \*nice\*`);
    expect(text).toContain('**warn-high:** 9007199254740993');
  });

  it('changes the settings that were named and no others', async () => {
    api.on('guild.settings.get', () =>
      settingsOf({ version: 7, weekAnchor: { day: 'SUN', time: '04:00', timeZone: 'UTC' } }),
    );
    api.on('guild.settings.update', ({ settings }) =>
      settingsOf({ version: 8, viewMode: settings.viewMode ?? 'baseline' }),
    );
    const channel = running.discord.world.addChannel(guild.id, 'screens');
    const role = running.discord.world.addRole(guild.id, { name: 'Club' });
    const text = await reply(
      type('guild settings set', {
        view: 'latest',
        public: true,
        'screenshot-channel': channel.id,
        'club-role': role.id,
        'week-day': 'TUE',
        'warn-low': '1,500,000',
        'week-window': 3,
        clear: 'notes',
      }),
    );
    expect(text).toContain('Settings saved');
    expect(api.inputsOf('guild.settings.update')).toEqual([
      {
        guildId: guild.id,
        version: 7,
        settings: {
          viewMode: 'latest',
          allowPublic: true,
          screenshotChannelId: channel.id,
          clubRoleId: role.id,
          weekAnchor: { day: 'TUE', time: '04:00', timeZone: 'UTC' },
          warnTotalLow: 1_500_000n,
          weekWindowDays: 3,
          notes: null,
        },
      },
    ]);
  });

  it('saves on top of what somebody else saved in the same moment', async () => {
    let version = 1;
    api.on('guild.settings.get', () => settingsOf({ version }));
    api.on('guild.settings.update', (input) => {
      if (input.version === 1) {
        version = 2;
        throw new Refusal('changed_meanwhile', { currentVersion: 2 });
      }
      return settingsOf({ version: 3 });
    });
    expect(await reply(type('guild settings set', { uploads: false }))).toContain('Settings saved');
  });

  it('says which setting is wrong, by the name it was typed under', async () => {
    api.on('guild.settings.get', () => settingsOf());
    api.on('guild.settings.update', () => settingsOf());
    const text = await reply(type('guild settings set', { 'week-zone': 'Mars', sheet: 'nowhere' }));
    expect(text).toContain('`week-zone` must be an IANA time zone');
    expect(text).toContain('`sheet` must be the address of a Google sheet');
    expect(await reply(type('guild settings set', { 'warn-low': '1.5M' }))).toContain('`warn-low` must be');
    expect(await reply(type('guild settings set'))).toContain('Name at least one setting');
  });

  it('names the bound of a power that is too long to be sent, and sends nothing', async () => {
    api.on('guild.settings.get', () => settingsOf());
    api.on('guild.settings.update', () => settingsOf());
    const text = await reply(type('guild settings set', { 'warn-high': '9'.repeat(24) }));
    expect(text).toContain('`warn-high` must be at most 9223372036854775807.');
    expect(api.inputsOf('guild.settings.update')).toEqual([]);
  });

  it('connects the guild and sends its facts', async () => {
    api.on('guild.connect', ({ guildId }) => ({ guildId }));
    await running.bot.factsDelivered();
    const before = api.inputsOf('guild.sync').length;
    expect(await reply(type('guild connect'))).toContain('connected to Slimy');
    await running.bot.factsDelivered();
    expect(api.inputsOf('guild.sync')).toHaveLength(before + 1);
  });

  it('announces somebody whom the API does not know yet, and asks again', async () => {
    await running.bot.factsDelivered();
    let announced = false;
    api.on('guild.members.sync', ({ members }) => {
      announced = members.some((fact) => fact.kind === 'present' && fact.user.discordId === mira.id);
      return { joined: 1, changed: 0, left: 0, unchanged: 0 };
    });
    api.on('guild.byId', ({ guildId }) => {
      if (!announced) throw new Refusal('not_found');
      return guildDetailOf(guildId);
    });
    expect(await reply(type('guild info'))).toContain('**Members:** 12');
  });

  it.each(Object.keys(errorReasons))('tells the person what to do when refused with %s', async (name) => {
    const reason = Object.keys(errorReasons).find((known): known is ErrorReason => known === name);
    api.on('guild.byId', () => {
      throw new Refusal(reason ?? 'internal', { retryAfterSeconds: 7, remedy: 'Set it.', fields: [] });
    });
    const text = await reply(type('guild info'));
    expect(text).toContain('That did not work');
    expect(text).toContain('Reference r-1');
    expect(text).not.toContain('undefined');
    expect(text.length).toBeGreaterThan(60);
  });

  it.each(['database_unavailable', 'timed_out'] as const)(
    'says of a change that failed with %s that it may be saved, and not so of a look',
    async (reason) => {
      api.on('guild.settings.get', () => settingsOf());
      api.on('guild.settings.update', () => {
        throw new Refusal(reason);
      });
      const uncertain = 'It is not certain whether anything was saved';
      expect(await reply(type('guild settings set', { uploads: false }))).toContain(uncertain);
      api.on('guild.settings.get', () => {
        throw new Refusal(reason);
      });
      const looked = await reply(type('guild settings view'));
      expect(looked).toContain('Try again in a moment');
      expect(looked).not.toContain(uncertain);
    },
  );

  it('says so when the API is away', async () => {
    await running.bot.factsDelivered();
    api.away = true;
    expect(await reply(type('guild info'))).toContain('cannot be reached');
  });

  it('runs nothing when Discord refuses the acknowledgement', async () => {
    api.on('guild.byId', ({ guildId }) => guildDetailOf(guildId));
    running.discord.faults.next('POST /interactions/:id/:token/callback', { kind: 'status', status: 404 });
    type('guild info');
    await running.discord.until('the refused acknowledgement', () =>
      running.discord.log.of('POST /interactions/:id/:token/callback').some(({ status }) => status === 404),
    );
    type('guild info');
    await running.discord.until(
      'an answer',
      () => running.discord.log.of('PATCH /webhooks/:applicationId/:token/messages/:messageId').length > 0,
    );
    expect(api.inputsOf('guild.byId')).toHaveLength(1);
  });
});
