import { unsetGuildSettings } from '@slimy/db';
import { describeOnEachPair, shortOrLong, type WorldPersonName } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { auditTrail, outcomeOf } from './support/calls.ts';
import {
  newInstallation,
  openCore,
  otherProcess,
  type Installation,
  type TestCore,
} from './support/open-core.ts';
import { club, emptyWorld, other, settleWorld, signIn, type WorldIds } from './support/settle-world.ts';

describeOnEachPair('guild settings and personality', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let elsewhere: TestCore;
  let ids: WorldIds;
  beforeAll(async () => {
    installation = await newInstallation(fixture);
    core = await openCore(installation);
    elsewhere = await otherProcess(core, installation);
  });
  beforeEach(async () => {
    await emptyWorld(core);
    ids = await settleWorld(core.database);
  });
  afterAll(async () => {
    await elsewhere.close();
    await core.close();
  });

  const as = async (name: WorldPersonName, process: TestCore = core) =>
    (await signIn(core, ids, name)).caller(process);
  const settings = async () => core.services.guildSettings.get(await as('member'), { guildId: club });

  test('until somebody saves, the defaults hold', async () => {
    expect(await settings()).toEqual(unsetGuildSettings);
    expect((await settings()).weekAnchor).toEqual({
      day: 'FRI',
      time: '04:30',
      timeZone: 'America/Los_Angeles',
    });
  });

  test('what is saved is read, every type of it, and the rest stays', async () => {
    const editor = await as('editor');
    const first = {
      notes: 'snails\n🐌 '.repeat(50),
      warnTotalLow: 9_007_199_254_740_993n,
      weekAnchor: { day: 'MON', time: '06:00', timeZone: 'Europe/Berlin' } as const,
      screenshotChannelId: '18446744073709551615',
      allowPublic: true,
    };
    const saved = await core.services.guildSettings.update(editor, {
      guildId: club,
      version: 0,
      settings: first,
    });
    expect(saved).toMatchObject({ version: 1, ...first });
    expect(await settings()).toEqual(saved);
    const second = { weekAnchor: null, notes: null, weekWindowDays: 14 };
    await core.services.guildSettings.update(editor, { guildId: club, version: 1, settings: second });
    expect(await settings()).toMatchObject({
      version: 2,
      notes: null,
      weekWindowDays: 14,
      weekAnchor: { day: 'FRI' },
      warnTotalLow: first.warnTotalLow,
    });
    expect(await core.services.guildSettings.get(await as('adminElsewhere'), { guildId: other })).toEqual(
      unsetGuildSettings,
    );
    const trail = await auditTrail(core, 'guild.settings.update');
    expect(trail.at(-1)).toMatchObject({
      user_id: ids.editor,
      actor_kind: 'user',
      before: { weekWindowDays: null },
      after: { weekWindowDays: 14, notes: null },
    });
  });

  test('who saves second is told, with the version that stands', async () => {
    const editor = await as('editor');
    const save = (version: number, notes: string) =>
      core.services.guildSettings.update(editor, { guildId: club, version, settings: { notes } });
    await save(0, 'first');
    await expect(save(0, 'second')).rejects.toMatchObject({
      reason: 'changed_meanwhile',
      code: 'CONFLICT',
      details: { currentVersion: 1 },
    });
    const racing = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => save(1, `racer ${index}`)),
    );
    expect(racing.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await settings()).version).toBe(2);
  });

  test('low stays below high, whichever of them is sent', async () => {
    const editor = await as('editor');
    const save = (version: number, change: { warnTotalLow?: bigint | null; warnTotalHigh?: bigint | null }) =>
      core.services.guildSettings.update(editor, { guildId: club, version, settings: change });
    await save(0, { warnTotalLow: 100n });
    await expect(save(1, { warnTotalHigh: 100n })).rejects.toMatchObject({
      reason: 'invalid_input',
      details: { fields: [{ path: ['settings', 'warnTotalHigh'] }] },
    });
    await save(1, { warnTotalHigh: 101n });
    await expect(save(2, { warnTotalLow: 101n })).rejects.toMatchObject({
      details: { fields: [{ path: ['settings', 'warnTotalLow'] }] },
    });
    expect(await settings()).toMatchObject({ version: 2, warnTotalLow: 100n, warnTotalHigh: 101n });
  });

  test('what one process saves is what the other answers next, time after time', async () => {
    const writer = await as('editor');
    const reader = await as('member', elsewhere);
    for (let version = 0; version < shortOrLong(40, 1000); version += 1) {
      const change = { guildId: club, version, settings: { notes: `round ${version}` } };
      await (version % 2 === 0 ? core : elsewhere).services.guildSettings.update(writer, change);
      const other = version % 2 === 0 ? elsewhere : core;
      const seen = await other.services.guildSettings.get(reader, { guildId: club });
      expect(seen).toMatchObject({ notes: `round ${version}`, version: version + 1 });
    }
  });

  test('what one process does to a membership is what the other allows next', async () => {
    const owner = await signIn(core, ids, 'owner');
    const member = await signIn(core, ids, 'member');
    const byId = async () =>
      elsewhere.services.guilds.byId(await member.caller(elsewhere), {
        guildId: club,
        includeMembers: false,
      });
    for (let round = 0; round < 5; round += 1) {
      const change = { guildId: club, userId: ids.member };
      await core.services.members.setRoles(await owner.caller(), { ...change, roles: ['editor'] });
      expect((await byId()).abilities).toContain('manage_settings');
      await core.services.members.setRoles(await owner.caller(), { ...change, roles: [] });
      expect((await byId()).abilities).not.toContain('manage_settings');
    }
    await core.services.members.remove(await owner.caller(), { guildId: club, userId: ids.member });
    expect(await outcomeOf(byId())).toBe('not_found');
  });

  test('a personality takes its preset’s values for what is not sent along, and zero is a value', async () => {
    const editor = await as('editor');
    const { personality } = core.services;
    const target = { guildId: club };
    expect(await personality.get(await as('member'), target)).toMatchObject({
      preset: 'friendly',
      version: 0,
    });
    const cold = await personality.update(editor, { ...target, version: 0, personality: { temperature: 0 } });
    expect(cold).toMatchObject({ preset: 'friendly', temperature: 0, version: 1 });
    const formal = await personality.update(editor, {
      ...target,
      version: 1,
      personality: { preset: 'professional', emojis: true },
    });
    expect(formal).toMatchObject({
      temperature: 0.6,
      topP: 0.9,
      formality: 'formal',
      emojis: true,
      version: 2,
    });
    const late = personality.update(editor, { ...target, version: 1, personality: { humor: true } });
    await expect(late).rejects.toMatchObject({ details: { currentVersion: 2 } });
    const preview = await personality.preview(editor, {
      ...target,
      personality: { systemPrompt: 'Be a snail.' },
    });
    expect(preview.prompt).toContain('Be a snail.');
    expect(preview.prompt).toContain('Slime Club');
    const reset = await personality.reset(editor, { ...target, preset: 'enthusiastic' });
    expect(reset).toMatchObject({ preset: 'enthusiastic', temperature: 0.9, version: 3 });
    expect(await elsewhere.services.personality.get(await as('member', elsewhere), target)).toEqual(reset);
    expect(await personality.presets(editor, target)).toHaveLength(4);
  });

  test('preferences of a person change field by field, also when two changes meet', async () => {
    const { users } = core.services;
    const caller = await as('member');
    await Promise.all([
      users.updateSettings(caller, { theme: 'dark' }),
      users.updateSettings(caller, { language: 'de' }),
      users.updateSettings(caller, { chatMarkdown: false }),
    ]);
    const expected = { theme: 'dark', language: 'de', chatMarkdown: false, chatProfanityFilter: false };
    expect(await elsewhere.services.users.settings(await as('member', elsewhere), undefined)).toEqual(
      expected,
    );
    expect(await users.settings(await as('club'), undefined)).toMatchObject({ theme: 'system' });
  });

  test('one’s last active guild is one of one’s own', async () => {
    const { users } = core.services;
    expect(await users.update(await as('member'), { lastActiveGuildId: club })).toMatchObject({
      lastActiveGuildId: club,
    });
    expect(await outcomeOf(users.update(await as('member'), { lastActiveGuildId: other }))).toBe('not_found');
    expect((await users.me(await as('member'), undefined)).guilds.map(({ id }) => id)).toEqual([club]);
  });

  test('deleting asks for the name, takes everything of the guild along and no person', async () => {
    const owner = await signIn(core, ids, 'owner');
    const remove = async (confirmName: string) =>
      core.services.guilds.delete(await owner.caller(), { guildId: club, confirmName });
    expect(await outcomeOf(remove('slime club'))).toBe('confirmation_mismatch');
    await remove('Slime Club');
    const me = await elsewhere.services.users.me(await owner.caller(elsewhere), undefined);
    expect(me).toMatchObject({ id: ids.owner, guilds: [] });
    const caller = await as('adminElsewhere', elsewhere);
    const remaining = await elsewhere.services.guilds.mine(caller, { limit: 50 });
    expect(remaining.items.map(({ id }) => id)).toEqual([other]);
  });
});
