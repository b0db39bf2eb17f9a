import { actions } from '@slimy/contract';
import { describeOnEachPair, type WorldPersonName } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rule, type Caller } from '../src/index.ts';
import { outcomeOf, passGate } from './support/calls.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import {
  club,
  request,
  settleWorld,
  signIn,
  theBot,
  viaBot,
  world,
  type WorldIds,
} from './support/settle-world.ts';

const anonymous: Caller = { actor: { kind: 'anonymous' }, request };
const guildInput = { guildId: club };

describeOnEachPair('permission gate', (fixture) => {
  let core: TestCore;
  let ids: WorldIds;
  beforeAll(async () => {
    const operators = [world.people.operator, world.people.operatorOutside];
    const list = operators.map(({ discordId }) => discordId).join();
    core = await openCore(await newInstallation(fixture, { OPERATOR_DISCORD_IDS: list }));
    ids = await settleWorld(core.database);
  });
  afterAll(() => core.close());
  const as = async (name: WorldPersonName) => (await signIn(core, ids, name)).caller();

  test('nobody signed in is refused before the input is read, everywhere but where it is public', async () => {
    for (const one of [rule.member, rule.self, rule.operator, rule.bot, rule.resolver('seePerson')]) {
      expect(await outcomeOf(passGate(core, anonymous, one, undefined))).toBe('not_signed_in');
    }
    const ended: Caller = { actor: { kind: 'anonymous', sessionEnded: true }, request };
    expect(await outcomeOf(passGate(core, ended, rule.self, undefined))).toBe('session_ended');
    expect(await outcomeOf(passGate(core, ended, rule.public, undefined))).toBe('allowed');
  });

  test('who is not a member learns nothing, whatever they are elsewhere', async () => {
    for (const name of [
      'outsider',
      'left',
      'memberElsewhere',
      'ownerElsewhere',
      'operatorOutside',
    ] as const) {
      for (const one of [rule.member, rule.action('view_members'), rule.action('delete_guild')]) {
        expect(await outcomeOf(passGate(core, await as(name), one, guildInput)), name).toBe('not_found');
      }
    }
    const unknown = passGate(core, await as('owner'), rule.member, { guildId: '299999999999999999' });
    expect(await outcomeOf(unknown)).toBe('not_found');
  });

  test('a role counts in its guild alone', async () => {
    const elsewhere = await as('adminElsewhere');
    const manage = rule.action('manage_guild');
    expect(await outcomeOf(passGate(core, elsewhere, manage, guildInput))).toBe('action_not_allowed');
    const there = { guildId: world.guilds.other.id };
    expect(await outcomeOf(passGate(core, await as('adminElsewhere'), manage, there))).toBe('allowed');
  });

  test('each role may do what the table of actions says', async () => {
    const allowed: Record<string, number> = {};
    for (const name of ['member', 'club', 'editor', 'moderator', 'admin', 'owner'] as const) {
      const caller = await as(name);
      const outcomes = await Promise.all(
        actions.map((action) => outcomeOf(passGate(core, caller, rule.action(action), guildInput))),
      );
      allowed[name] = outcomes.filter((outcome) => outcome === 'allowed').length;
    }
    expect(allowed).toEqual({ member: 2, club: 3, editor: 5, moderator: 8, admin: 11, owner: 13 });
  });

  test('an operator has operator powers and none inside a guild', async () => {
    expect(await outcomeOf(passGate(core, await as('operator'), rule.operator, undefined))).toBe('allowed');
    expect(await outcomeOf(passGate(core, await as('admin'), rule.operator, undefined))).toBe(
      'operator_only',
    );
    const manage = passGate(core, await as('operator'), rule.action('manage_guild'), guildInput);
    expect(await outcomeOf(manage)).toBe('action_not_allowed');
  });

  test('the bot by itself may only what is the bot’s own, and nobody else may that', async () => {
    expect(await outcomeOf(passGate(core, theBot, rule.bot, guildInput))).toBe('allowed');
    expect(await outcomeOf(passGate(core, theBot, rule.member, guildInput, { viaBot: true }))).toBe(
      'not_via_bot',
    );
    expect(await outcomeOf(passGate(core, await as('owner'), rule.bot, guildInput))).toBe('bot_only');
    const acting = passGate(core, await viaBot(core, 'owner'), rule.bot, guildInput);
    expect(await outcomeOf(acting)).toBe('not_via_bot');
  });

  test('through the bot a person may what they may, where the procedure allows it at all', async () => {
    const through = { viaBot: true };
    const gate = async (name: WorldPersonName, form: { viaBot: boolean }) =>
      outcomeOf(passGate(core, await viaBot(core, name), rule.action('manage_settings'), guildInput, form));
    expect(await gate('editor', through)).toBe('allowed');
    expect(await gate('member', through)).toBe('action_not_allowed');
    expect(await gate('outsider', through)).toBe('not_found');
    expect(await gate('left', through)).toBe('not_found');
    expect(await gate('owner', { viaBot: false })).toBe('not_via_bot');
  });

  test('through the bot nobody is an operator', async () => {
    const caller = await viaBot(core, 'operator');
    expect(await outcomeOf(passGate(core, caller, rule.operator, undefined, { viaBot: true }))).toBe(
      'operator_only',
    );
  });

  test('through the bot somebody only added by hand is not in the guild, nor is somebody unknown', async () => {
    const owner = await as('owner');
    const { discordId } = world.people.outsider;
    await core.services.members.add(owner, { guildId: club, discordId, roles: ['editor'] });
    const byHand = passGate(core, await viaBot(core, 'outsider'), rule.member, guildInput, { viaBot: true });
    expect(await outcomeOf(byHand)).toBe('not_found');
    expect(await outcomeOf(passGate(core, await as('outsider'), rule.member, guildInput))).toBe('allowed');
    await core.services.members.remove(owner, { guildId: club, userId: ids.outsider });
    const actor = await core.authentication.bot(core.botToken, '300000000000000001');
    const unknown = { actor, request };
    const form = { viaBot: true };
    expect(await outcomeOf(passGate(core, unknown, rule.member, guildInput, form))).toBe('not_found');
    expect(await outcomeOf(passGate(core, unknown, rule.self, undefined, form))).toBe('not_found');
  });

  test('people see themselves, those they share a guild with, and operators see everybody', async () => {
    const see = async (viewer: WorldPersonName, target: WorldPersonName) =>
      outcomeOf(passGate(core, await as(viewer), rule.resolver('seePerson'), { userId: ids[target] }));
    expect(await see('outsider', 'outsider')).toBe('allowed');
    expect(await see('member', 'owner')).toBe('allowed');
    expect(await see('member', 'memberElsewhere')).toBe('not_found');
    expect(await see('member', 'left')).toBe('not_found');
    expect(await see('operatorOutside', 'memberElsewhere')).toBe('allowed');
    const { discordId } = world.people.owner;
    const byDiscordId = passGate(core, await as('left'), rule.resolver('seePerson'), { discordId });
    expect(await outcomeOf(byDiscordId)).toBe('not_found');
  });

  test('a token acts within its guilds and its access', async () => {
    const token = {
      kind: 'token',
      userId: ids.owner,
      discordId: world.people.owner.discordId,
      tokenId: 't',
    } as const;
    const readOnly: Caller = { actor: { ...token, access: 'read', guildIds: [club] }, request };
    const elsewhere: Caller = { actor: { ...token, access: 'read_write', guildIds: [] }, request };
    const manage = rule.action('manage_guild');
    expect(await outcomeOf(passGate(core, readOnly, manage, guildInput))).toBe('allowed');
    const write = passGate(core, readOnly, manage, guildInput, { mutation: true });
    expect(await outcomeOf(write)).toBe('read_only_token');
    expect(await outcomeOf(passGate(core, elsewhere, manage, guildInput))).toBe('not_found');
  });
});
