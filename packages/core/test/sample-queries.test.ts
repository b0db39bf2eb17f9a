import { describeOnEachPair, type WorldPersonName } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '../src/index.ts';
import { parsed } from './support/calls.ts';
import { storedClubAnalysis } from './support/club.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { club, other, settleWorld, signIn, world, type WorldIds } from './support/settle-world.ts';

describeOnEachPair('the sample queries', (fixture) => {
  let core: TestCore;
  let ids: WorldIds;
  beforeAll(async () => {
    core = await openCore(await newInstallation(fixture), {});
    ids = await settleWorld(core.database);
  });
  afterAll(() => core.close());
  const as = async (name: WorldPersonName) => (await signIn(core, ids, name)).caller();

  test('Get User with Guilds', async () => {
    const me = await core.services.users.me(await as('member'), undefined);
    expect(me).toMatchObject({
      id: ids.member,
      guilds: [{ id: club, name: 'Slime Club', roles: ['member'] }],
    });
  });

  test('Find User by Discord ID', async () => {
    const { discordId } = world.people.editor;
    const found = await core.services.users.byDiscordId(await as('member'), { discordId });
    expect(found).toMatchObject({ id: ids.editor, discordId, username: world.people.editor.username });
  });

  test('Get Guild with Members', async () => {
    const guild = await core.services.guilds.byId(await as('member'), {
      guildId: club,
      includeMembers: true,
    });
    expect(guild.memberCount).toBe(guild.members?.items.length);
    const listed = guild.members?.items.find(({ userId }) => userId === ids.editor);
    expect(listed).toMatchObject({ discordId: world.people.editor.discordId, globalName: 'Zer0Cool' });
    expect(guild.messageCount).toBe(0);
  });

  test('List Guilds with Pagination', async () => {
    const operator = await as('operator');
    const page = async (input: object) => core.services.guilds.list(operator, parsed('guild.list', input));
    const first = await page({ limit: 1 });
    expect(first).toMatchObject({ total: 2, hasMore: true });
    expect(first.items[0]?.memberCount).toBeGreaterThan(0);
    const second = await page({ limit: 1, cursor: first.nextCursor });
    expect([first, second].flatMap(({ items }) => items.map(({ id }) => id)).sort()).toEqual(
      [club, other].sort(),
    );
    expect((await page({ limit: 1, offset: 1 })).items).toEqual(second.items);
  });

  test('Get Club Analysis with Metrics', async () => {
    const analysisId = await storedClubAnalysis(core, await as('club'), {
      images: [
        { uploadId: null, imageUrl: null, originalName: 'a.png', fileSize: 9, uploadedAt: new Date(0) },
      ],
    });
    const found = await core.services.clubAnalyses.byId(await as('member'), { guildId: club, analysisId });
    expect(found).toMatchObject({
      images: [{ originalName: 'a.png' }],
      metrics: [
        { name: 'activeMembers', value: 48, category: 'activity' },
        { name: 'totalMembers', value: 55, category: 'membership' },
      ],
    });
  });

  test('Find Club Metrics by Category', async () => {
    const analysisId = await storedClubAnalysis(core, await as('club'));
    const input = parsed('club.metrics.byCategory', { guildId: club, analysisId, category: 'activity' });
    const found = await core.services.clubAnalyses.metricsByCategory(await as('member'), input);
    expect(found.items).toEqual([{ name: 'activeMembers', value: 48, unit: null, category: 'activity' }]);
  });

  test('Get Recent Audit Logs', async () => {
    const member = await as('member');
    await core.services.users.updateSettings(member, { theme: 'dark' });
    const recent = await core.services.audit.recent(member, parsed('audit.recent', { limit: 100 }));
    expect(recent.items[0]).toMatchObject({ action: 'user.settings.update', success: true });
  });

  test('Find Failed Actions', async () => {
    const caller = await as('member');
    await core.recordRefusal({
      caller,
      action: 'guild.settings.update',
      guildId: club,
      error: new AppError('action_not_allowed', 'No.'),
    });
    await core.stop(0);
    const input = parsed('audit.failed', { guildId: club, action: 'guild.settings.update' });
    const failed = await core.services.audit.failed(await as('admin'), input);
    expect(failed.items).toMatchObject([{ action: 'guild.settings.update', success: false }]);
  });
});
