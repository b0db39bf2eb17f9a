import { describeOnEachEngine, type WorldPersonName } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../src/index.ts';
import { outcomeOf, parsed, passGate } from './support/calls.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { club, other, settleWorld, signIn, viaBot, world, type WorldIds } from './support/settle-world.ts';

const rule = { kind: 'resolver', name: 'seeAudit' } as const;

describeOnEachEngine('the audit service', (fixture) => {
  let core: TestCore;
  let ids: WorldIds;
  let owner: Caller;
  let operator: Caller;
  const as = async (name: WorldPersonName) => (await signIn(core, ids, name)).caller();
  const recent = (caller: Caller, input: object = {}) =>
    core.services.audit.recent(caller, parsed('audit.recent', input));

  beforeAll(async () => {
    core = await openCore(
      await newInstallation(fixture, { OPERATOR_DISCORD_IDS: world.people.operator.discordId }),
    );
    ids = await settleWorld(core.database);
    owner = await as('owner');
    operator = await as('operator');
    const { guildSettings, members } = core.services;
    const save = (version: number, notes: string) =>
      guildSettings.update(owner, { guildId: club, version, settings: { notes } });
    await save(0, 'first');
    await save(1, 'second');
    await members.setRoles(owner, { guildId: club, userId: ids.member, roles: ['editor'] });
    await members.removeMany(
      owner,
      parsed('guild.members.removeMany', { guildId: club, userIds: [ids.club, ids.editor] }),
    );
    await core.recordRefusal({
      caller: await as('moderator'),
      action: 'guild.delete',
      guildId: club,
      error: await members
        .remove(await as('moderator'), { guildId: club, userId: ids.owner })
        .catch((error) => error),
    });
    await core.services.guildSettings.update(await as('ownerElsewhere'), {
      guildId: other,
      version: 0,
      settings: { notes: 'elsewhere' },
    });
  });
  afterAll(() => core.close());

  test('shows what changed, before and after, for settings and roles', async () => {
    const { items } = await recent(owner, { guildId: club });
    const [removed, roles, second] = items;
    expect(second).toMatchObject({
      action: 'guild.settings.update',
      actor: { userId: ids.owner, discordId: world.people.owner.discordId },
      before: { notes: 'first' },
      after: { notes: 'second' },
      ipAddress: '127.0.0.1',
    });
    expect(roles).toMatchObject({
      action: 'guild.member.set_roles',
      resourceId: ids.member,
      before: { grantedRoles: [] },
      after: { grantedRoles: ['editor'], roles: ['member', 'editor'] },
    });
    expect(removed?.details).toMatchObject({ people: [{ after: null }, { after: null }] });
  });

  test('names people who were acted upon by no id that would outlive them', async () => {
    const rows = JSON.stringify(await recent(operator, { limit: 500 }), (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(rows).not.toContain(ids.editor);
    expect(rows).not.toContain(world.people.editor.discordId);
    const found = await core.services.audit.byResource(
      owner,
      parsed('audit.byResource', { guildId: club, resourceType: 'guild_member', resourceId: ids.member }),
    );
    expect(found.items.map(({ action }) => action)).toEqual(['guild.member.set_roles']);
  });

  test('pages by cursor and filters by person, action and success', async () => {
    const first = await recent(owner, { guildId: club, limit: 2 });
    const rest = await recent(owner, { guildId: club, cursor: first.nextCursor ?? '' });
    const all = await recent(owner, { guildId: club });
    expect([...first.items, ...rest.items]).toEqual(all.items);
    const byAction = await recent(owner, { guildId: club, action: 'guild.settings.update' });
    expect(byAction.items).toHaveLength(2);
    expect((await recent(owner, { guildId: club, userId: ids.moderator })).items).toEqual([]);
    await expect(recent(owner, { guildId: club, resourceId: 'x' })).rejects.toMatchObject({
      reason: 'invalid_input',
    });
  });

  test('refusals are listed and counted once they are written', async () => {
    await core.stop();
    const failed = await core.services.audit.failed(owner, parsed('audit.failed', { guildId: club }));
    expect(failed.items).toMatchObject([
      { action: 'guild.delete', success: false, actor: { userId: ids.moderator }, ipAddress: null },
    ]);
    expect(await core.services.audit.stats(owner, { guildId: club })).toMatchObject({
      total: 5,
      succeeded: 4,
      failed: 1,
      successRate: 0.8,
      actions: [{ action: 'guild.settings.update', succeeded: 2, failed: 0 }, {}, {}, {}],
    });
  });

  test('everybody sees their own acts, a guild’s admins that guild’s, operators everything', async () => {
    const mine = await recent(await as('ownerElsewhere'));
    expect(mine.items.map(({ action }) => action)).toEqual([
      'session.sign_in',
      'guild.settings.update',
      'session.sign_in',
    ]);
    expect((await recent(await as('outsider'))).items).toHaveLength(1);
    const everything = await recent(operator);
    expect(new Set(everything.items.map(({ guildId }) => guildId))).toEqual(new Set([club, other, null]));
    const gate = async (caller: Caller, input: object) =>
      outcomeOf(passGate(core, caller, rule, input, { viaBot: true }));
    expect(await gate(await as('admin'), { guildId: club })).toBe('allowed');
    expect(await gate(await as('moderator'), { guildId: club })).toBe('action_not_allowed');
    expect(await gate(await as('ownerElsewhere'), { guildId: club })).toBe('not_found');
    expect(await gate(await viaBot(core, 'admin'), { guildId: club })).toBe('allowed');
    expect(await gate(await viaBot(core, 'operator'), { guildId: other })).toBe('not_found');
  });

  test('an export is a file of JSON lines, and is itself recorded', async () => {
    const exported = await core.services.audit.export(owner, { guildId: club });
    const lines = exported.content
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(exported.rowCount);
    expect(exported.nextCursor).toBeNull();
    expect(lines.at(-1)).toMatchObject({ action: 'guild.settings.update', after: { notes: 'first' } });
    const { items } = await recent(owner, { guildId: club, limit: 1 });
    expect(items).toMatchObject([{ action: 'audit.export', details: { records: exported.rowCount } }]);
  });

  test('verification of a trail without seals finds nothing', async () => {
    expect(await core.services.audit.verify(operator, { afterSeal: 0n })).toMatchObject({
      intact: true,
      checkedSeals: 0,
      nextSeal: null,
    });
  });
});
