import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { describeOnBothSetups, freePort, startFakeDiscord, type FakeDiscord } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { end, installation, slimy, slimyJson, startServer, type Environment } from './programs.ts';

const person = '900000000000000001';
const guildId = '900000000000000077';
const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [k1, k2] = [key('k1'), key('k2')];

describeOnBothSetups('slimy keys rotate', (fixture) => {
  let discord: FakeDiscord;
  let environment: Environment;
  let address: string;
  let server: ChildProcess | undefined;
  let cookie = '';

  const withKeys = (...keys: readonly string[]): Environment => ({
    ...environment,
    ENCRYPTION_KEYS: keys.join(),
  });
  const start = async (...keys: readonly string[]) => {
    ({ process: server } = await startServer(withKeys(...keys)));
  };
  const stop = async () => {
    if (server) await end(server);
    server = undefined;
  };
  const get = async (path: string) => {
    const answer = await fetch(`${address}${path}`, { headers: { cookie }, redirect: 'manual' });
    const set = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
    cookie = [...cookie.split('; '), ...set].filter((one) => /=./.test(one)).join('; ');
    return answer;
  };
  const connectable = async () => {
    // Without Redis the list that was asked for at the sign-in went with its process.
    if (fixture.cache === 'redis') await slimy(withKeys(k2), 'cache', 'clear');
    const asked = discord.log.of('GET /users/@me/guilds').length;
    const text = await (await get('/trpc/guild.connectable')).text();
    expect(discord.log.of('GET /users/@me/guilds').length, 'Discord was asked').toBe(asked + 1);
    return text;
  };

  beforeAll(async () => {
    discord = await startFakeDiscord();
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    discord.oauth.redirectUris.add(`${address}/auth/discord/callback`);
    discord.world.addPerson({ id: person, username: 'snail_fan' });
    discord.world.addGuild({ id: guildId, name: 'Their own', icon: null, ownerId: person });
    environment = {
      ...(await installation(fixture)),
      PORT: String(port),
      DISCORD_CLIENT_ID: discord.clientId,
      DISCORD_CLIENT_SECRET: discord.clientSecret,
      DISCORD_API_BASE: discord.apiBase,
      DISCORD_AUTHORIZE_URL: discord.authorizeUrl,
    };
    await start(k1);
    const { headers } = await get('/auth/discord/login');
    const back = discord.oauth.visit(headers.get('location') ?? '', person);
    await get(back.slice(address.length));
  });
  afterAll(async () => {
    await stop();
    await discord.stop();
  });

  test('lets the old key be taken out: who was signed in still is, and Discord still knows them', async () => {
    await stop();
    await expect(startServer(withKeys(k2))).rejects.toThrow('"k1", which ENCRYPTION_KEYS does not name. Put');

    const { output } = await slimy(withKeys(k2, k1), 'doctor');
    expect(output).toMatch(
      /WARN keys: .* still encrypted with old keys: 1 under "k1"\.\n.*slimy keys rotate/,
    );
    const rotated = { key: 'k2', rotated: 1, left: 0, unreadable: 0 };
    expect(await slimyJson(withKeys(k2, k1), 'keys', 'rotate')).toEqual(rotated);

    await start(k2);
    expect(await (await get('/trpc/auth.session')).text()).toContain('snail_fan');
    expect(await connectable()).toContain('Their own');
  });
});
