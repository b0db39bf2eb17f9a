import type { InputOf } from '@slimy/contract';
import { column } from '@slimy/db';
import { describeOnEachPair } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DAY, MINUTE } from '../src/clock.ts';
import { rule, type Caller } from '../src/index.ts';
import { auditTrail, outcomeOf, parsed, passGate } from './support/calls.ts';
import {
  newInstallation,
  openCore,
  otherProcess,
  type Installation,
  type TestCore,
} from './support/open-core.ts';
import {
  club,
  emptyWorld,
  other,
  settleWorld,
  signIn,
  withToken,
  world,
  type WorldIds,
} from './support/settle-world.ts';

type Wanted = Partial<InputOf<'auth.tokens.create'>>;

describeOnEachPair('personal API tokens', (fixture) => {
  let installation: Installation;
  let core: TestCore;
  let ids: WorldIds;
  let owner: Caller;
  let now = new Date();

  beforeAll(async () => {
    installation = await newInstallation(fixture, { OPERATOR_DISCORD_IDS: world.people.owner.discordId });
    core = await openCore(installation, { clock: { now: () => now } });
  });
  beforeEach(async () => {
    now = new Date();
    await emptyWorld(core);
    ids = await settleWorld(core.database);
    owner = await (await signIn(core, ids, 'owner')).caller();
  });
  afterAll(() => core.close());

  const made = async (caller: Caller, wanted: Wanted = {}) => {
    const input = { name: 'my script', access: 'read', expiresInDays: 30, ...wanted };
    return core.services.apiTokens.create(caller, parsed('auth.tokens.create', input));
  };
  const listed = async (caller: Caller = owner) =>
    (await core.services.apiTokens.list(caller, { limit: 50 })).items;
  const reasonFor = (token: string, process: TestCore = core) => outcomeOf(withToken(process, token)());

  test('a token is shown once, stored as its hash, and names its person without an operator’s powers', async () => {
    const { token, item } = await made(owner, { access: 'read_write', guildIds: [club, club] });
    expect(token).toMatch(/^slimy_[A-Za-z0-9_-]{43}$/);
    expect(item).toMatchObject({ name: 'my script', access: 'read_write', guildIds: [club] });
    expect(item.expiresAt.getTime() - item.createdAt.getTime()).toBe(30 * DAY);
    expect(await listed()).toEqual([item]);
    const [row] = await core.database.sql.query('SELECT token_hash FROM api_tokens', [], {
      token_hash: column.text,
    });
    expect(await reasonFor(row?.token_hash ?? '')).toBe('bad_credentials');
    const { actor } = await withToken(core, token)();
    const { discordId } = world.people.owner;
    const granted = { access: 'read_write', guildIds: [club] };
    const expected = { kind: 'token', userId: ids.owner, discordId, tokenId: item.id, ...granted };
    expect({ ...actor }).toEqual(expected);
    expect(await core.authentication.bearer(core.botToken, null)).toMatchObject({ kind: 'bot' });
    await expect(core.authentication.bearer(token, discordId)).rejects.toMatchObject({
      reason: 'bad_credentials',
    });
  });

  test('it reads, writes if it was made so, in its guilds alone, and never what is for people who sign in', async () => {
    const caller = async (wanted: Wanted) => withToken(core, (await made(owner, wanted)).token)();
    const [reads, writes] = [await caller({}), await caller({ access: 'read_write' })];
    const bound = await caller({ access: 'read_write', guildIds: [club] });
    const settings = rule.action('manage_settings');
    const gate = (one: Caller, guildId: string, form = {}) =>
      outcomeOf(passGate(core, one, settings, { guildId }, form));
    expect(await gate(reads, club)).toBe('allowed');
    expect(await gate(reads, club, { mutation: true })).toBe('read_only_token');
    expect(await gate(writes, club, { mutation: true })).toBe('allowed');
    expect(await gate(writes, club, { byToken: false })).toBe('not_via_token');
    expect(await outcomeOf(passGate(core, writes, rule.operator, undefined))).toBe('not_via_token');
    const connect = rule.resolver('connectGuild');
    expect(await outcomeOf(passGate(core, bound, connect, { guildId: other }))).toBe('not_found');
    expect(await outcomeOf(passGate(core, bound, connect, { guildId: club }))).toBe('allowed');

    const admin = await (await signIn(core, ids, 'adminElsewhere')).caller();
    const everywhere = await withToken(core, (await made(admin)).token)();
    const here = await withToken(core, (await made(admin, { guildIds: [club] })).token)();
    const mine = async (one: Caller) =>
      (await core.services.guilds.mine(one, { limit: 50 })).items.map(({ id }) => id).sort();
    expect(await mine(everywhere)).toEqual([club, other].sort());
    expect(await mine(here)).toEqual([club]);
    expect(await outcomeOf(passGate(core, here, rule.member, { guildId: other }))).toBe('not_found');
    expect((await core.services.sessions.current(here, undefined))?.guilds).toHaveLength(1);
    expect(await outcomeOf(made(admin, { guildIds: ['299999999999999999'] }))).toBe('not_found');
  });

  test('a token that is revoked, has expired or whose person is erased is over at the next call in every process', async () => {
    const elsewhere = await otherProcess(core, installation);
    try {
      const revoked = await made(owner);
      const kept = await made(owner);
      expect((await withToken(elsewhere, revoked.token)()).actor.kind).toBe('token');
      expect((await withToken(elsewhere, kept.token)()).actor.kind).toBe('token');
      const stream = (await withToken(elsewhere, revoked.token)()).actor;
      const stranger = await (await signIn(core, ids, 'admin')).caller();
      const { revoke } = core.services.apiTokens;
      expect(await outcomeOf(revoke(stranger, { tokenId: revoked.item.id }))).toBe('not_found');
      await revoke(owner, { tokenId: revoked.item.id });
      expect(await outcomeOf(revoke(owner, { tokenId: revoked.item.id }))).toBe('not_found');
      expect(await reasonFor(revoked.token, elsewhere)).toBe('bad_credentials');
      expect(await elsewhere.authentication.stillSignedIn(stream)).toBe(false);
      expect((await withToken(elsewhere, kept.token)()).actor.kind).toBe('token');
      expect((await listed()).map(({ id }) => id)).toEqual([kept.item.id]);

      const member = await (await signIn(core, ids, 'member')).caller();
      const theirs = await made(member);
      expect((await withToken(elsewhere, theirs.token)()).actor.kind).toBe('token');
      const { username } = world.people.member;
      await core.services.users.erase(member, { confirm: `erase ${username}` });
      expect(await reasonFor(theirs.token, elsewhere)).toBe('bad_credentials');

      expect((await withToken(core, kept.token)()).actor.kind).toBe('token');
      now = new Date(now.getTime() + 30 * DAY);
      expect(await reasonFor(kept.token)).toBe('bad_credentials');
      expect((await listed()).map(({ id }) => id)).toEqual([kept.item.id]);
    } finally {
      await elsewhere.close();
    }
  });

  test('the loss of a role reaches its tokens', async () => {
    const editor = await (await signIn(core, ids, 'editor')).caller();
    const theirs = withToken(core, (await made(editor)).token);
    const settings = rule.action('manage_settings');
    expect(await outcomeOf(passGate(core, await theirs(), settings, { guildId: club }))).toBe('allowed');
    await core.services.members.remove(owner, { guildId: club, userId: ids.editor });
    expect(await outcomeOf(passGate(core, await theirs(), settings, { guildId: club }))).toBe('not_found');
  });

  test('use is noted at most once a minute', async () => {
    const { token } = await made(owner);
    const usedAt = async () => {
      await withToken(core, token)();
      await core.settled();
      return (await listed()).at(0)?.lastUsedAt;
    };
    const first = now;
    expect(await usedAt()).toEqual(first);
    now = new Date(first.getTime() + MINUTE - 1);
    expect(await usedAt()).toEqual(first);
    now = new Date(first.getTime() + MINUTE);
    expect(await usedAt()).toEqual(now);
  });

  test('a person has a bounded number of them, and the trail has who made and revoked which', async () => {
    const first = await made(owner, { guildIds: [club] });
    for (let count = 1; count < 50; count += 1) await made(owner);
    expect(await outcomeOf(made(owner))).toBe('quota_exceeded');
    await core.services.apiTokens.revoke(owner, { tokenId: first.item.id });
    expect(await outcomeOf(made(owner))).toBe('allowed');
    const mine = async (action: string) =>
      (await auditTrail(core, action)).filter(({ user_id: userId }) => userId === ids.owner);
    const [creation] = await mine('token.create');
    expect(creation).toMatchObject({
      success: true,
      after: { name: 'my script', access: 'read', guildIds: [club] },
    });
    expect(JSON.stringify(creation)).not.toContain(first.token);
    expect(await mine('token.revoke')).toHaveLength(1);
  });

  test('what a token does stands in the trail as its own', async () => {
    const { token, item } = await made(owner, { access: 'read_write' });
    const caller = await withToken(core, token)();
    await core.services.users.updateSettings(caller, { theme: 'dark' });
    const [act] = await core.database.sql.query(
      `SELECT l.actor_kind, p.details FROM audit_logs l JOIN audit_personal p ON p.audit_id = l.id
       WHERE l.action = 'user.settings.update' AND l.actor_kind = 'token'`,
      [],
      { actor_kind: column.text, details: column.nullable(column.json) },
    );
    expect(act).toEqual({ actor_kind: 'token', details: { tokenId: item.id } });
  });
});
