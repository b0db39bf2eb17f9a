import { randomBytes } from 'node:crypto';
import { createClient, type SlimyClient } from '@slimy/client';
import { column, openDatabase } from '@slimy/db';
import {
  describeOnBothSetups,
  launchChromium,
  startFakeDiscord,
  textOf,
  type FakeDiscord,
  type FakeGuild,
  type FakePerson,
} from '@slimy/testing';
import { PermissionFlagsBits } from 'discord.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from './support/bot-in-discord.ts';
import { runBotConsole, startProgram, type RunningProgram } from './support/program.ts';

/** The API as the web page calls it: with the session of somebody who tries the demo. */
async function signedInToDemo(address: string): Promise<SlimyClient> {
  const signIn = await fetch(`${address}/auth/demo`, { method: 'POST', headers: { origin: address } });
  const cookie = (signIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return createClient({ url: address, headers: { cookie, origin: address } });
}

describeOnBothSetups(
  'the whole program, from Discord to the database and back [discord] [browser]',
  (fixture) => {
    const botToken = randomBytes(32).toString('base64url');
    let discord: FakeDiscord;
    let owner: FakePerson;
    let editor: FakePerson;
    let member: FakePerson;
    let guild: FakeGuild;
    let program: RunningProgram;
    let api: SlimyClient;

    beforeAll(async () => {
      discord = await startFakeDiscord();
      const { world } = discord;
      owner = world.addPerson({ username: 'owner', globalName: 'The Owner' });
      editor = world.addPerson({ username: 'editor', globalName: 'Edda' });
      member = world.addPerson({ username: 'member' });
      guild = world.addGuild({ name: 'Slime Club', ownerId: owner.id });
      const editors = world.addRole(guild.id, {
        name: 'Editors',
        permissions: PermissionFlagsBits.ManageChannels,
      });
      world.addMember(guild.id, editor.id, { roleIds: [editors.id] });
      world.addMember(guild.id, member.id);
      program = await startProgram(fixture, discord, botToken);
      api = createClient({ url: program.address, token: botToken });
    }, 120_000);
    afterAll(async () => {
      await program?.stop();
      await discord?.stop();
    });

    async function typed(
      person: FakePerson,
      line: string,
      options: Record<string, string | number | boolean> = {},
    ): Promise<string> {
      const run = discord.interactions.slash({ personId: person.id, guildId: guild.id }, line, options);
      const message = await run.answer(20_000);
      expect(message.ephemeral).toBe(true);
      return textOf(message);
    }

    /** What the audit trail says of changes of the guild's settings. */
    async function settingsActs(): Promise<readonly object[]> {
      const database = await openDatabase({ url: program.databaseUrl });
      try {
        return await database.sql.query(
          `SELECT l.actor_kind, l.via_bot, l.success, p.discord_id, p.display_name
         FROM audit_logs l JOIN audit_personal p ON p.audit_id = l.id
         WHERE l.action = ? AND l.guild_id = ? ORDER BY l.sequence`,
          ['guild.settings.update', guild.id],
          {
            actor_kind: column.text,
            via_bot: column.boolean,
            success: column.boolean,
            discord_id: column.text,
            display_name: column.text,
          },
        );
      } finally {
        await database.close();
      }
    }

    it('knows nothing of a guild until somebody who manages it connects it, and fills it then', async () => {
      expect(await typed(member, 'guild info')).toContain('`/guild connect`');
      expect(await typed(member, 'guild connect')).toContain('**Manage Server**');
      expect(await typed(owner, 'guild connect')).toContain('Connected');
      await eventually(async () => expect(await typed(member, 'guild info')).toContain('**Members:** 3'));
      expect(await typed(editor, 'guild members', { role: 'editor' })).toContain('Edda');
      expect(await typed(owner, 'guild info')).toContain('owner');
    });

    it('saves a setting for who may, and shows it to everybody else at once', async () => {
      expect(await typed(member, 'guild settings set', { view: 'latest' })).toContain('do not allow that');
      expect(
        await typed(editor, 'guild settings set', { view: 'latest', 'warn-high': '9,007,199,254,740,993' }),
      ).toContain('Settings saved');
      const seen = await api.as(member.id).guild.settings.get.query({ guildId: guild.id });
      expect(seen).toMatchObject({ viewMode: 'latest', warnTotalHigh: 9_007_199_254_740_993n });
      expect(await typed(editor, 'guild settings set', { 'week-zone': 'Mars' })).toContain('`week-zone`');
    });

    it('keeps in the audit trail that the person did it, through the bot', async () => {
      expect(await settingsActs()).toContainEqual({
        actor_kind: 'user',
        via_bot: true,
        success: true,
        discord_id: editor.id,
        display_name: 'Edda',
      });
    });

    it('shows on the web page what was typed in Discord, and in Discord what was saved on the web', async () => {
      const web = await signedInToDemo(program.address);
      const session = await web.auth.session.query();
      const home = session?.guilds.find(({ roles }) => roles.includes('owner'));
      const self = session?.user;
      if (!home || !self) throw new Error('the demo has no guild of its visitor');
      discord.world.addPerson({ id: self.discordId, username: self.username });
      discord.world.addGuild({ id: home.id, name: home.name, ownerId: self.discordId });
      const asVisitor = { personId: self.discordId, guildId: home.id };

      const browser = await launchChromium();
      try {
        const page = await browser.newPage();
        await page.goto(`${program.address}/sign-in`);
        await page.getByRole('button', { name: 'Enter the demo community' }).click();
        await page.getByText(home.name).first().waitFor();
        await page.goto(`${program.address}/guilds/${home.id}`);
        await page.getByRole('heading', { name: home.name }).first().waitFor();
        const saved = discord.interactions.slash(asVisitor, 'guild settings set', {
          notes: 'typed in Discord',
        });
        expect(textOf(await saved.answer(20_000))).toContain('Settings saved');
        // The open page shows it by itself.
        await page.getByText('typed in Discord').waitFor();
      } finally {
        await browser.close();
      }

      const { version } = await web.guild.settings.get.query({ guildId: home.id });
      const settings = { notes: 'saved on the web' };
      await web.guild.settings.update.mutate({ guildId: home.id, version, settings });
      const viewed = discord.interactions.slash(asVisitor, 'guild settings view');
      expect(textOf(await viewed.answer(20_000))).toContain('saved on the web');
    }, 90_000);

    it('follows Discord: roles taken and given, names, people who leave', async () => {
      const { world } = discord;
      world.changeMember(guild.id, editor.id, { roleIds: [] });
      await eventually(async () =>
        expect(await typed(editor, 'guild settings set', { uploads: false })).toContain('do not allow that'),
      );
      const club = world.addRole(guild.id, { name: 'Admins', permissions: PermissionFlagsBits.ManageGuild });
      world.changeMember(guild.id, editor.id, { roleIds: [club.id] });
      await eventually(async () => expect(await typed(editor, 'guild info')).toContain('admin'));
      world.changeGuild(guild.id, { name: 'Slime Union' });
      await eventually(async () => expect(await typed(member, 'guild info')).toContain('Slime Union'));
      world.removeMember(guild.id, member.id);
      await eventually(async () => {
        const asked = api.as(member.id).guild.byId.query({ guildId: guild.id });
        await expect(asked).rejects.toMatchObject({ reason: 'not_found' });
      });
    });

    it('knows somebody who joined a moment ago by what Discord says with their command', async () => {
      const late = discord.world.addPerson({ username: 'late' });
      discord.world.addMember(guild.id, late.id);
      expect(await typed(late, 'guild info')).toContain('Slime Union');
    });

    it('answers the same commands from a terminal', async () => {
      const set = ['--as', owner.id, '/guild settings set notes:"from a terminal"', '/guild settings view'];
      const { code, output } = await runBotConsole(program.address, botToken, set);
      expect({ code, output }).toMatchObject({ code: 0 });
      expect(output).toContain('notes: from a terminal');
      const refused = await runBotConsole(program.address, botToken, [
        '--as',
        owner.id,
        '--guild',
        '1',
        '/guild info',
      ]);
      expect(refused.code).toBe(1);
      expect(refused.output).toContain('--guild needs the id of a guild');
    });

    it('stops with its bot', async () => {
      expect(await program.stop()).toBe(0);
      await discord.until('the bot to leave', () => discord.gateway.connections === 0);
      // Refusals are counted and written at the latest when the program ends.
      const refused = await settingsActs();
      expect(refused).toContainEqual(
        expect.objectContaining({ via_bot: true, success: false, discord_id: member.id }),
      );
    });
  },
);
