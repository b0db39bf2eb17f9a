import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ManualClock, startFakeDiscord, type FakeDiscord, type FakePerson } from '../../src/index.ts';

const redirectUri = 'http://127.0.0.1:4000/auth/discord/callback';

const answer = z.record(z.string(), z.union([z.string(), z.number()]).transform(String));

describe('the sign-in of the fake [discord]', () => {
  const clock = new ManualClock();
  let discord: FakeDiscord;
  let mira: FakePerson;

  beforeEach(async () => {
    discord = await startFakeDiscord({ clock: clock.now });
    discord.oauth.redirectUris.add(redirectUri);
    mira = discord.world.addPerson({ username: 'mira' });
  });
  afterEach(async () => {
    await discord.stop();
  });

  function authorizeAddress(change: Record<string, string> = {}): string {
    const query = {
      client_id: discord.clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'identify guilds',
      state: 'abc',
      ...change,
    };
    return `${discord.authorizeUrl}?${new URLSearchParams(query).toString()}`;
  }

  async function codeOf(address: string): Promise<string> {
    return new URL(discord.oauth.visit(address, mira.id)).searchParams.get('code') ?? '';
  }

  async function token(
    form: Record<string, string>,
  ): Promise<{ status: number; body: Record<string, string> }> {
    const secret = { client_id: discord.clientId, client_secret: discord.clientSecret };
    const response = await fetch(`${discord.apiBase}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...secret, ...form }),
    });
    return { status: response.status, body: answer.parse(await response.json()) };
  }

  async function me(accessToken: string): Promise<Response> {
    return fetch(`${discord.apiBase}/v10/users/@me`, { headers: { authorization: `Bearer ${accessToken}` } });
  }

  it('shows a page with everybody who can sign in, and sends them back with a code and the state', async () => {
    const page = await (await fetch(authorizeAddress())).text();
    const link = /href="([^"]+)">Continue as mira/.exec(page)?.[1] ?? '';
    const address = new URL(link.replaceAll('&#38;', '&'), discord.authorizeUrl);
    const back = await fetch(address, { redirect: 'manual' });
    const location = new URL(back.headers.get('location') ?? '');
    expect(location.searchParams.get('state')).toBe('abc');
    const grant = await token({
      grant_type: 'authorization_code',
      code: location.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
    });
    expect(await (await me(grant.body['access_token'] ?? '')).json()).toMatchObject({ id: mira.id });
  });

  it('refuses addresses, applications and scopes it does not know', async () => {
    for (const change of [
      { redirect_uri: 'https://elsewhere.example' },
      { client_id: '1' },
      { scope: 'everything' },
    ]) {
      expect((await fetch(authorizeAddress(change))).status).toBe(400);
    }
  });

  it('sends a person who declines back with access_denied', () => {
    const back = new URL(discord.oauth.visit(authorizeAddress(), null));
    expect(back.searchParams.get('error')).toBe('access_denied');
  });

  it('takes a code once, within a minute, with its address and its verifier', async () => {
    const exchange = (code: string, more: Record<string, string> = {}) =>
      token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...more });
    const used = await codeOf(authorizeAddress());
    expect((await exchange(used)).status).toBe(200);
    expect((await exchange(used)).body).toMatchObject({ error: 'invalid_grant' });
    expect((await exchange(await codeOf(authorizeAddress()), { redirect_uri: 'x' })).status).toBe(400);
    const late = await codeOf(authorizeAddress());
    clock.advance(61_000);
    expect((await exchange(late)).status).toBe(400);
    const challenge = createHash('sha256').update('verifier').digest('base64url');
    const guarded = authorizeAddress({ code_challenge: challenge, code_challenge_method: 'S256' });
    expect((await exchange(await codeOf(guarded), { code_verifier: 'other' })).status).toBe(400);
    expect((await exchange(await codeOf(guarded), { code_verifier: 'verifier' })).status).toBe(200);
    expect((await exchange(used, { client_secret: 'wrong' })).body).toMatchObject({
      error: 'invalid_client',
    });
  });

  it('ends tokens after a week, by refresh and by revocation', async () => {
    const first = discord.oauth.grant(mira.id, ['identify']);
    expect((await me(first.accessToken)).status).toBe(200);
    const second = await token({ grant_type: 'refresh_token', refresh_token: first.refreshToken });
    expect((await me(first.accessToken)).status).toBe(401);
    clock.advance(7 * 86_400_000);
    expect((await me(second.body['access_token'] ?? '')).status).toBe(401);
    const third = discord.oauth.grant(mira.id, ['identify']);
    discord.oauth.revokePerson(mira.id);
    expect((await me(third.accessToken)).status).toBe(401);
  });

  it('tells the email and the guilds only to those who were allowed to know', async () => {
    const guild = discord.world.addGuild({ name: 'Slime Club', ownerId: mira.id });
    const modest = discord.oauth.grant(mira.id, ['identify']);
    expect(await (await me(modest.accessToken)).json()).not.toHaveProperty('email');
    const guilds = (accessToken: string) =>
      fetch(`${discord.apiBase}/v10/users/@me/guilds`, {
        headers: { authorization: `Bearer ${accessToken}` },
      });
    expect((await guilds(modest.accessToken)).status).toBe(403);
    const trusted = discord.oauth.grant(mira.id, ['identify', 'email', 'guilds']);
    expect(await (await me(trusted.accessToken)).json()).toMatchObject({ email: 'mira@example.com' });
    expect(await (await guilds(trusted.accessToken)).json()).toMatchObject([{ id: guild.id, owner: true }]);
  });
});
