import { readFileSync } from 'node:fs';
import { databaseOptions, requireOwnKeys } from '@slimy/core';
import { column, openDatabase, readPlainRows, tableNames } from '@slimy/db';
import { describeOnEachPair, startFakeDiscord, type FakeDiscord } from '@slimy/testing';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openServer, ownGuild, PUBLIC_URL, queryUrl, type TestServer } from './support/open-server.ts';

const ADMINISTRATOR = 0x8n;
const callback = `${PUBLIC_URL}/auth/discord/callback`;
const person = '900000000000000001';
const another = '900000000000000002';
const owner = '900000000000000099';
const unconnected = '900000000000000077';

/** What a browser keeps between two requests. */
interface Browser {
  cookies: Map<string, string>;
}
const newBrowser = (): Browser => ({ cookies: new Map() });

describeOnEachPair('Signing in with Discord', (fixture) => {
  let discord: FakeDiscord;
  let server: TestServer;

  beforeAll(async () => {
    discord = await startFakeDiscord();
    discord.oauth.redirectUris.add(callback);
    discord.world.addPerson({ id: person, username: 'snail_fan', globalName: 'Snail Fan' });
    discord.world.addPerson({ id: another, username: 'another' });
    discord.world.addPerson({ id: owner, username: 'their_owner' });
    for (const id of [ownGuild, unconnected]) {
      discord.world.addGuild({ id, name: 'At Discord', icon: null, ownerId: owner });
    }
    const admins = discord.world.addRole(ownGuild, { name: 'Admins', permissions: ADMINISTRATOR });
    discord.world.addMember(ownGuild, person, { roleIds: [admins.id] });
    server = await openServer(fixture, {
      DISCORD_CLIENT_ID: discord.clientId,
      DISCORD_CLIENT_SECRET: discord.clientSecret,
      DISCORD_API_BASE: discord.apiBase,
      DISCORD_TOKEN: discord.token,
      DISCORD_AUTHORIZE_URL: discord.authorizeUrl,
      RATE_LIMIT_FACTOR: '1000',
    });
  });
  afterEach(() => discord.faults.clear());
  afterAll(async () => {
    await server.close();
    await discord.stop();
  });

  const cookieOf = ({ cookies }: Browser) =>
    [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  async function visit(browser: Browser, url: string) {
    const answer = await server.send({ url, headers: { cookie: cookieOf(browser) } });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') browser.cookies.delete(name);
      else browser.cookies.set(name, value);
    }
    return { status: answer.statusCode, location: String(answer.headers['location']), answer };
  }
  /** Begins a sign-in and agrees to it at Discord; gives the address Discord sends the browser back to. */
  async function agreed(browser: Browser, query = '', who: string | null = person): Promise<string> {
    const { location } = await visit(browser, `/auth/discord/login${query}`);
    return discord.oauth.visit(location, who).slice(PUBLIC_URL.length);
  }
  async function signIn(browser: Browser, query = ''): Promise<string> {
    return (await visit(browser, await agreed(browser, query))).location;
  }
  async function session(browser: Browser) {
    const { answer } = await visit(browser, '/trpc/auth.session');
    return answer.json().result.data.json;
  }

  async function signOut(browser: Browser): Promise<void> {
    const cookie = `slimy_session=${browser.cookies.get('slimy_session')}`;
    await server.send({ method: 'POST', url: '/auth/logout', headers: { cookie, origin: PUBLIC_URL } });
  }
  /** Makes a personal API token as the account page does. */
  async function personalToken(browser: Browser): Promise<string> {
    const wanted = { name: 'export', access: 'read', expiresInDays: 1 };
    const made = await server.send({
      method: 'POST',
      url: '/trpc/auth.tokens.create',
      headers: { cookie: cookieOf(browser), origin: PUBLIC_URL, 'content-type': 'application/json' },
      payload: JSON.stringify({ json: wanted }),
    });
    return String(made.json().result.data.json.token);
  }
  async function changeStored(statement: string, parameters: readonly (Date | string)[]): Promise<void> {
    const database = await openDatabase(databaseOptions(server.settings, pino({ level: 'silent' })));
    await database.sql.execute(statement, parameters);
    await database.close();
  }
  async function storedTokens(discordId: string) {
    const database = await openDatabase(databaseOptions(server.settings, pino({ level: 'silent' })));
    try {
      const row = await database.sql.one(
        'SELECT discord_access_token AS access, discord_refresh_token AS refresh FROM users WHERE discord_id = ?',
        [discordId],
        { access: column.nullable(column.text), refresh: column.nullable(column.text) },
      );
      return row ?? { access: null, refresh: null };
    } finally {
      await database.close();
    }
  }

  it('asks for no more than identity and servers, and ties the way back to this browser', async () => {
    const { status, location, answer } = await visit(newBrowser(), '/auth/discord/login?returnTo=/guilds');
    const query = Object.fromEntries(new URL(location).searchParams);
    expect(status).toBe(303);
    expect(query).toMatchObject({
      client_id: discord.clientId,
      redirect_uri: callback,
      response_type: 'code',
      scope: 'identify guilds',
      code_challenge_method: 'S256',
    });
    expect(query['state']).toMatch(/^[\w-]{43}$/);
    expect(answer.headers['set-cookie']).toMatch(
      /^slimy_login=[\w-]+\.[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Expires=/,
    );
    expect(String(answer.headers['set-cookie'])).not.toContain(query['state']);
  });

  it('signs in with the roles Discord gives, in connected servers alone', async () => {
    const browser = newBrowser();
    expect(await signIn(browser, '?returnTo=/guilds/1?x=1')).toBe('/guilds/1?x=1');
    expect(browser.cookies.has('slimy_login')).toBe(false);
    const signedIn = await session(browser);
    expect(signedIn).toMatchObject({ actor: 'user', user: { discordId: person, globalName: 'Snail Fan' } });
    expect(signedIn.guilds).toHaveLength(1);
    expect(signedIn.guilds[0]).toMatchObject({ id: ownGuild, roles: ['member', 'editor', 'admin'] });
  });

  it('follows what Discord says now: lost permissions and servers are lost here', async () => {
    const browser = newBrowser();
    await signIn(browser);
    const countOf = async () => {
      const owner = newBrowser();
      await signIn(owner);
      return (await session(owner)).guilds.length;
    };
    expect(await countOf()).toBe(1);
    discord.world.removeMember(ownGuild, person);
    expect(await countOf()).toBe(0);
    const { answer } = await visit(browser, queryUrl('guild.byId', { guildId: ownGuild }));
    expect(answer.statusCode).toBe(404);
    const admins = discord.world.addRole(ownGuild, { name: 'Admins', permissions: ADMINISTRATOR });
    discord.world.addMember(ownGuild, person, { roleIds: [admins.id] });
    expect(await countOf()).toBe(1);
  });

  it('gives a new session and ends the one the browser had', async () => {
    const browser = newBrowser();
    await signIn(browser);
    const before: Browser = { cookies: new Map(browser.cookies) };
    await signIn(browser);
    expect(browser.cookies.get('slimy_session')).not.toBe(before.cookies.get('slimy_session'));
    expect(await session(browser)).not.toBeNull();
    expect(await session(before)).toBeNull();
  });

  it('keeps Discord’s tokens sealed, and ends them there at the last sign-out', async () => {
    const [one, other] = [newBrowser(), newBrowser()];
    for (const browser of [one, other]) {
      discord.oauth.revokePerson(another);
      await visit(browser, await agreed(browser, '', another));
    }
    const grant = discord.oauth.grantsOf(another).at(0)!;
    const stored = await storedTokens(another);
    expect(stored.access).toMatch(/^k1\.[\w-]{16}\.[\w-]+$/);
    expect(JSON.stringify(stored)).not.toContain(grant.accessToken);
    expect(JSON.stringify(stored)).not.toContain(grant.refreshToken);
    await signOut(one);
    expect(discord.oauth.grantsOf(another)).toEqual([grant]);
    await signOut(other);
    expect(discord.oauth.grantsOf(another)).toEqual([]);
    expect(await storedTokens(another)).toEqual({ access: null, refresh: null });
  });

  it.each([
    ['nothing at all', () => '/auth/discord/callback'],
    ['another browser’s state', (address: string) => address],
  ])('refuses to go on with %s', async (_, altered) => {
    const address = await agreed(newBrowser());
    const stranger = newBrowser();
    await agreed(stranger);
    expect((await visit(stranger, altered(address))).location).toBe('/sign-in?problem=login_state_mismatch');
    expect(stranger.cookies.has('slimy_session')).toBe(false);
  });

  it('goes on once: neither the address nor the code is good again', async () => {
    const browser = newBrowser();
    const address = await agreed(browser);
    const begun = new Map(browser.cookies);
    expect((await visit(browser, address)).location).toBe('/guilds');
    const again: Browser = { cookies: browser.cookies };
    expect((await visit(again, address)).location).toBe('/sign-in?problem=login_state_mismatch');
    expect((await visit({ cookies: begun }, address)).location).toBe('/sign-in?problem=bad_credentials');
  });

  it('says it plainly when the person declines', async () => {
    const browser = newBrowser();
    const back = await agreed(browser, '', null);
    expect((await visit(browser, back)).location).toBe('/sign-in?problem=login_denied');
  });

  it('remembers where somebody wanted to go when it fails', async () => {
    const browser = newBrowser();
    const back = await agreed(browser, '?returnTo=/guilds/1?x=1', null);
    const { location } = await visit(browser, back);
    expect(new URL(location, PUBLIC_URL).searchParams.get('returnTo')).toBe('/guilds/1?x=1');
  });

  it('stores somebody once who signs in twice at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = discord.world.addPerson({ username: `newcomer_${round}` });
      const browsers = [newBrowser(), newBrowser(), newBrowser()];
      const places = await Promise.all(
        browsers.map(async (browser) => (await visit(browser, await agreed(browser, '', id))).location),
      );
      expect(places).toEqual(['/guilds', '/guilds', '/guilds']);
      const people = await Promise.all(browsers.map(session));
      expect(new Set(people.map(({ user }) => user.id)).size).toBe(1);
    }
  });

  it('signs in without the list of servers, keeps what was known and says so', async () => {
    await signIn(newBrowser());
    discord.faults.always('GET /users/@me/guilds', { kind: 'status', status: 500 });
    const browser = newBrowser();
    expect(await signIn(browser)).toBe('/guilds');
    const { guilds, warnings } = await session(browser);
    expect([guilds.length, warnings]).toEqual([1, ['memberships_may_be_old']]);
    discord.faults.clear();
    await signIn(browser);
    expect(await session(browser)).toMatchObject({ warnings: [] });
  });

  it('lists what Discord lets somebody connect, without asking at each page, with tokens that are good', async () => {
    const browser = newBrowser();
    const admins = discord.world.addRole(unconnected, { name: 'Admins', permissions: ADMINISTRATOR });
    discord.world.addMember(unconnected, person, { roleIds: [admins.id] });
    await signIn(browser);
    const connectable = async () => {
      const { answer } = await visit(browser, '/trpc/guild.connectable');
      return answer.json();
    };
    await changeStored('UPDATE users SET token_expires_at = ? WHERE discord_id = ?', [new Date(0), person]);
    const asked = () =>
      ['POST /oauth2/token', 'GET /users/@me/guilds'].map((route) => discord.log.of(route).length);
    const [refreshed = 0, listed = 0] = asked();
    const { json } = (await connectable()).result.data;
    expect(json.guilds).toEqual([
      { id: ownGuild, name: 'At Discord', iconUrl: null, isOwner: false, connected: true, botPresent: true },
      {
        id: unconnected,
        name: 'At Discord',
        iconUrl: null,
        isOwner: false,
        connected: false,
        botPresent: false,
      },
    ]);
    expect(new URL(json.inviteUrl).searchParams.get('scope')).toBe('bot applications.commands');
    await connectable();
    expect(asked()).toEqual([refreshed + 1, listed + 1]);
  });

  it('asks to sign in with Discord anew where it knows no token any more, and the session goes on', async () => {
    const browser = newBrowser();
    await visit(browser, await agreed(browser, '', owner));
    const connectable = async () => (await visit(browser, '/trpc/guild.connectable')).answer;
    expect((await connectable()).json().result.data.json.guilds).toHaveLength(2);
    discord.oauth.revokePerson(owner);
    await changeStored(
      'UPDATE users SET discord_access_token = NULL, discord_refresh_token = NULL WHERE discord_id = ?',
      [owner],
    );
    const payload = JSON.stringify({ json: { guildId: unconnected } });
    const connect = async () => {
      const answer = await server.send({
        method: 'POST',
        url: '/trpc/guild.connect',
        headers: {
          cookie: `slimy_session=${browser.cookies.get('slimy_session')}`,
          origin: PUBLIC_URL,
          'content-type': 'application/json',
        },
        payload,
      });
      return answer.json().error?.json.data.reason ?? 'connected';
    };
    expect(await connect()).toBe('discord_sign_in_needed');
    expect(await session(browser)).toMatchObject({ user: { discordId: owner } });
    // Signing in anew also shows at once what has changed at Discord since the list was kept.
    const third = discord.world.addGuild({ name: 'Third', icon: null, ownerId: owner });
    await visit(browser, await agreed(browser, '', owner));
    const { json } = (await connectable()).json().result.data;
    expect(json.guilds.map(({ id }: { id: string }) => id)).toContain(third.id);
    expect(await connect()).toBe('connected');
  });

  it('is ended at Discord too when the person is erased', async () => {
    discord.oauth.revokePerson(another);
    const browser = newBrowser();
    await visit(browser, await agreed(browser, '', another));
    expect(discord.oauth.grantsOf(another)).toHaveLength(1);
    const answer = await server.send({
      method: 'POST',
      url: '/trpc/user.erase',
      headers: {
        cookie: `slimy_session=${browser.cookies.get('slimy_session')}`,
        origin: PUBLIC_URL,
        'content-type': 'application/json',
      },
      payload: JSON.stringify({ json: { confirm: 'erase another' } }),
    });
    expect(answer.statusCode).toBe(200);
    expect(discord.oauth.grantsOf(another)).toEqual([]);
    expect(await session(browser)).toBeNull();
  });

  it('leaves nothing in the database that opens anything: no token, cookie, code, key or secret', async () => {
    const { signingSecret, auditKey, encryptionKeys } = server.secrets;
    const opening = [server.botToken, discord.token, discord.clientSecret, signingSecret, auditKey];
    for (const encoding of ['base64', 'hex', 'latin1'] as const)
      opening.push(...encryptionKeys.map(({ key }) => Buffer.from(key).toString(encoding)));
    // What is remembered of the keys does not open anything either.
    await requireOwnKeys(server.database, server.secrets);
    for (const who of [person, another, owner]) {
      const browser = newBrowser();
      const back = await agreed(browser, '', who);
      opening.push(...[...browser.cookies.values()].flatMap((cookie) => [cookie, ...cookie.split('.')]));
      opening.push(...new URL(back, PUBLIC_URL).searchParams.values());
      await visit(browser, back);
      opening.push(...browser.cookies.values());
      const token = await personalToken(browser);
      opening.push(token, token.replace('slimy_', ''));
      const used = await server.send({ url: '/trpc/user.me', headers: { authorization: `Bearer ${token}` } });
      expect(used.statusCode).toBe(200);
    }
    for (const { accessToken, refreshToken } of discord.oauth.grantsOf(person))
      opening.push(accessToken, refreshToken);
    const headers = { authorization: `Bearer ${server.botToken}`, 'x-slimy-acting-as': person };
    await server.send({ url: '/trpc/user.me', headers });
    await server.send({ url: '/trpc/user.me', headers: { authorization: `Bearer ${'wrong'.repeat(9)}` } });

    const rows: string[] = [];
    for (const table of tableNames)
      rows.push(...(await readPlainRows(server.database.sql, table, {})).map((row) => JSON.stringify(row)));
    const { DATABASE_URL: database } = server.settings;
    // What was deleted or is still in the log of a file is looked through too.
    const files = database.engine === 'sqlite' ? [database.file, `${database.file}-wal`] : [];
    const dump = [...rows, ...files.map((file) => readFileSync(file, 'latin1'))].join('\n');
    expect(opening.length).toBeGreaterThan(25);
    expect(dump).toContain('snail_fan');
    expect(opening.filter((text) => dump.includes(text))).toEqual([]);
  });

  it('leads nowhere else, whatever the address says', async () => {
    for (const returnTo of ['https://evil.example', '//evil.example', '/\\evil.example', '/a%0d%0aX:1']) {
      expect(await signIn(newBrowser(), `?returnTo=${returnTo}`)).toBe('/guilds');
    }
  });

  it.each([
    ['fails', { kind: 'status', status: 503 }],
    ['answers nonsense', { kind: 'malformed' }],
    ['cuts the connection', { kind: 'cut' }],
    // The last of all: it is kept.
    ['wants silence for an hour', { kind: 'rate-limited', retryAfterSeconds: 3600 }],
  ] as const)('signs nobody in while Discord %s', async (_, fault) => {
    const browser = newBrowser();
    const back = await agreed(browser);
    discord.faults.always('POST /oauth2/token', fault);
    expect((await visit(browser, back)).location).toBe('/sign-in?problem=discord_unavailable');
    expect(browser.cookies.has('slimy_session')).toBe(false);
  });
});
