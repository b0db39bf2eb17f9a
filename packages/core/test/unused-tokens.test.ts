import { loadSecrets } from '@slimy/config';
import { repositories } from '@slimy/db';
import { crowd, describeOnEachEngine, startFakeDiscord, type FakeDiscord } from '@slimy/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../src/clock.ts';
import { accessTokenOf, refreshTokenOf } from '../src/identity/discord/token-keeper.ts';
import { TokenVault } from '../src/identity/discord/token-vault.ts';
import { outcomeOf, parsed } from './support/calls.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { emptyWorld, settleWorld, signIn, withToken, world, type WorldIds } from './support/settle-world.ts';

const REVOKE = 'POST /oauth2/token/revoke';
const { member } = world.people;
const scopes = ['identify', 'guilds'];

describeOnEachEngine('Discord tokens of people', (fixture) => {
  let discord: FakeDiscord;
  let core: TestCore;
  let ids: WorldIds;
  let now = new Date();

  beforeAll(async () => {
    discord = await startFakeDiscord();
    const installation = await newInstallation(fixture, {
      DISCORD_CLIENT_ID: discord.clientId,
      DISCORD_CLIENT_SECRET: discord.clientSecret,
      DISCORD_API_BASE: discord.apiBase,
    });
    core = await openCore(installation, { clock: { now: () => now } });
    discord.world.addPerson({ id: member.discordId, username: 'member' });
  });
  beforeEach(async () => {
    now = new Date();
    await core.database.sql.execute('DELETE FROM jobs');
    await emptyWorld(core);
    ids = await settleWorld(core.database);
    discord.oauth.revokePerson(member.discordId);
  });
  afterEach(() => discord.faults.clear());
  afterAll(async () => {
    await core.close();
    await discord.stop();
  });

  const users = () => repositories(core.database).users;
  /** The tokens of a sign-in, stored as it stores them. */
  async function givenTokens(userId = ids.member, { discordId } = member) {
    const grant = discord.oauth.grant(discordId, scopes);
    const vault = new TokenVault(loadSecrets(core.settings).encryptionKeys);
    const sealed = {
      accessToken: vault.seal(grant.accessToken, accessTokenOf(userId)),
      refreshToken: vault.seal(grant.refreshToken, refreshTokenOf(userId)),
      expiresAt: new Date(now.getTime() + 7 * DAY),
    };
    await users().saveDiscordTokens(userId, sealed);
    return sealed;
  }
  const kept = async (userId = ids.member) => (await users().discordTokens(userId)) !== null;
  const grants = () => discord.oauth.grantsOf(member.discordId).length;
  /** Lets time pass and has the jobs done that are due by then. */
  async function later(ms: number): Promise<void> {
    now = new Date(now.getTime() + ms);
    await core.cache.clear();
    await core.jobs.runDue();
  }
  const purges = () =>
    core.database.sql.query("SELECT state FROM jobs WHERE kind = 'sessions.purge'", [], {
      state: { read: String, expected: 'text' },
    });

  test('go, here and at Discord, when the last session of somebody who just stayed away has ended', async () => {
    await signIn(core, ids, 'member');
    await givenTokens();
    await later(6 * DAY);
    expect([await kept(), grants()]).toEqual([true, 1]);
    await later(DAY + 2 * HOUR);
    expect([await kept(), grants()]).toEqual([false, 0]);
  });

  test('stay as long as one of several sessions holds, and go when it is revoked', async () => {
    const first = await signIn(core, ids, 'member');
    await givenTokens();
    await later(5 * DAY);
    const second = await signIn(core, ids, 'member');
    await later(3 * DAY);
    expect((await first.caller()).actor.kind).toBe('anonymous');
    expect([await kept(), grants()]).toEqual([true, 1]);
    // As a browser whose sign-out could not reach Discord.
    await core.authentication.signOut(await second.caller());
    await later(HOUR);
    expect([await kept(), grants()]).toEqual([false, 0]);
  });

  test('stay for a personal API token, which lists servers with them, until that ends', async () => {
    const session = await signIn(core, ids, 'member');
    const input = { name: 'list', access: 'read', expiresInDays: 20 };
    const { token } = await core.services.apiTokens.create(
      await session.caller(),
      parsed('auth.tokens.create', input),
    );
    await givenTokens();
    await later(15 * DAY);
    expect((await session.caller()).actor.kind).toBe('anonymous');
    // The access token has ended meanwhile, and is refreshed.
    const caller = await withToken(core, token)();
    expect(await core.services.guilds.connectable(caller, undefined)).toMatchObject({ guilds: [] });
    expect([await kept(), grants()]).toEqual([true, 1]);
    await later(5 * DAY + 2 * HOUR);
    expect([await kept(), grants()]).toEqual([false, 0]);
  });

  test('go here even where Discord cannot be told, which fails no job and is asked once', async () => {
    const people = await core.database.transaction((transaction) =>
      repositories(transaction).users.insert(crowd(12, 820_000_000_000_000_000n), now),
    );
    for (const { id, discordId } of people) await givenTokens(id, { ...member, discordId });
    discord.faults.always(REVOKE, { kind: 'status', status: 503 });
    const asked = discord.log.of(REVOKE).length;
    await later(2 * HOUR);
    expect(await Promise.all(people.map(({ id }) => kept(id)))).toEqual(people.map(() => false));
    expect(discord.log.of(REVOKE).length).toBe(asked + 1);
    expect(await purges()).toEqual([{ state: 'done' }]);
  });

  test('of everybody, however many, and those that no key opens, go in one run', async () => {
    const people = await core.database.transaction((transaction) =>
      repositories(transaction).users.insert(crowd(501, 830_000_000_000_000_000n), now),
    );
    const unreadable = { accessToken: 'k0.a.b', refreshToken: 'k0.a.b', expiresAt: now };
    await core.database.transaction(async (transaction) => {
      const all = repositories(transaction).users;
      for (const { id } of people) await all.saveDiscordTokens(id, unreadable);
    });
    await later(MINUTE);
    expect(await repositories(core.database).sealedTokens.countByKey()).toEqual(new Map());
  });

  test('of a sign-in that came between are not lost', async () => {
    const old = await givenTokens();
    const { sealedTokens } = repositories(core.database);
    expect(await sealedTokens.page('', 10)).toMatchObject([{ accessToken: old.accessToken }]);
    const fresh = await givenTokens();
    expect(await sealedTokens.forget({ userId: ids.member, ...old })).toBe(false);
    expect(await users().discordTokens(ids.member)).toMatchObject({ accessToken: fresh.accessToken });
    expect(await sealedTokens.forget({ userId: ids.member, ...fresh })).toBe(true);
  });

  test('go at once when Discord refuses to refresh them, and stay while it does not answer', async () => {
    const session = await signIn(core, ids, 'member');
    await givenTokens();
    await core.database.sql.execute('UPDATE users SET token_expires_at = ?', [now]);
    const list = async () => {
      await core.cache.clear();
      return outcomeOf(core.services.guilds.connectable(await session.caller(), undefined));
    };
    discord.faults.next('POST /oauth2/token', { kind: 'status', status: 503 });
    expect(await list()).toBe('discord_unavailable');
    expect(await kept()).toBe(true);
    discord.oauth.revokePerson(member.discordId);
    expect(await list()).toBe('discord_sign_in_needed');
    expect(await kept()).toBe(false);
    expect((await session.caller()).actor.kind).toBe('user');
  });
});
