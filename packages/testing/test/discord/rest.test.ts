import { DiscordAPIError, REST, Routes } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startFakeDiscord, type FakeDiscord } from '../../src/index.ts';

const memberPage = z.array(z.looseObject({ user: z.looseObject({ id: z.string() }) }));

describe('the REST side of the fake, asked by the client of discord.js [discord]', () => {
  let discord: FakeDiscord;
  let rest: REST;

  beforeEach(async () => {
    discord = await startFakeDiscord();
    rest = new REST({ api: discord.apiBase, retries: 3, timeout: 2000 }).setToken(discord.token);
  });
  afterEach(async () => {
    await discord.stop();
  });

  async function refusal(call: Promise<unknown>): Promise<DiscordAPIError> {
    const outcome: unknown = await call.catch((error: unknown) => error);
    if (!(outcome instanceof DiscordAPIError)) throw new Error(`not refused by Discord: ${String(outcome)}`);
    return outcome;
  }

  function guildOfMira() {
    const mira = discord.world.addPerson({ username: 'mira', globalName: 'Mira' });
    return { mira, guild: discord.world.addGuild({ name: 'Slime Club', ownerId: mira.id }) };
  }

  it('describes a guild the bot is in, with counts when asked', async () => {
    const { guild, mira } = guildOfMira();
    const answer = await rest.get(Routes.guild(guild.id), {
      query: new URLSearchParams({ with_counts: 'true' }),
    });
    expect(answer).toMatchObject({ id: guild.id, name: 'Slime Club', owner_id: mira.id });
    expect(answer).toMatchObject({ approximate_member_count: 2 });
  });

  it('hides guilds the bot is not in, and everything in them', async () => {
    const { guild, mira } = guildOfMira();
    discord.world.removeBot(guild.id);
    expect(await refusal(rest.get(Routes.guild(guild.id)))).toMatchObject({ status: 404, code: 10_004 });
    const member = await refusal(rest.get(Routes.guildMember(guild.id, mira.id)));
    expect(member).toMatchObject({ status: 403, code: 50_001 });
  });

  it('pages through all members by id, a thousand at a time', async () => {
    const { guild } = guildOfMira();
    for (let index = 0; index < 1500; index += 1) {
      discord.world.addMember(guild.id, discord.world.addPerson({ username: `p${index}` }).id);
    }
    const seen = new Set<string>();
    let after = '0';
    for (;;) {
      const query = new URLSearchParams({ limit: '1000', after });
      const page = memberPage.parse(await rest.get(Routes.guildMembers(guild.id), { query }));
      for (const member of page) seen.add(member.user.id);
      const last = page.at(-1);
      if (page.length < 1000 || !last) break;
      after = last.user.id;
    }
    expect(seen.size).toBe(1502);
    expect(discord.log.of('GET /guilds/:guildId/members')).toHaveLength(2);
  });

  it('refuses listing members to an application without the members intent', async () => {
    const modest = await startFakeDiscord({ membersIntent: false });
    try {
      const owner = modest.world.addPerson({ username: 'owner' });
      const guild = modest.world.addGuild({ name: 'Quiet', ownerId: owner.id });
      const client = new REST({ api: modest.apiBase }).setToken(modest.token);
      expect(await refusal(client.get(Routes.guildMembers(guild.id)))).toMatchObject({ code: 50_001 });
    } finally {
      await modest.stop();
    }
  });

  it('refuses a wrong bot token', async () => {
    const { guild } = guildOfMira();
    const stranger = new REST({ api: discord.apiBase }).setToken('wrong');
    expect(await refusal(stranger.get(Routes.guild(guild.id)))).toMatchObject({ status: 401 });
  });

  it('is waited for as long as a 429 says', async () => {
    const { guild } = guildOfMira();
    discord.faults.next('GET /guilds/:guildId', { kind: 'rate-limited', retryAfterSeconds: 0.3 });
    const started = performance.now();
    expect(await rest.get(Routes.guild(guild.id))).toMatchObject({ name: 'Slime Club' });
    expect(performance.now() - started).toBeGreaterThanOrEqual(300);
    expect(discord.log.of('GET /guilds/:guildId').map((entry) => entry.status)).toEqual([429, 200]);
  });

  it('answers with server errors, cut connections and cut JSON when told to', async () => {
    const { guild } = guildOfMira();
    discord.faults.next('GET /guilds/:guildId', { kind: 'status', status: 503 }, 2);
    expect(await rest.get(Routes.guild(guild.id))).toMatchObject({ name: 'Slime Club' });
    const address = `${discord.apiBase}/v10/guilds/${guild.id}`;
    const headers = { authorization: `Bot ${discord.token}` };
    discord.faults.next('GET /guilds/:guildId', { kind: 'cut' });
    await expect(fetch(address, { headers })).rejects.toThrow('fetch failed');
    discord.faults.next('GET /guilds/:guildId', { kind: 'malformed' });
    await expect((await fetch(address, { headers })).json()).rejects.toThrow(SyntaxError);
    discord.faults.next('GET /guilds/:guildId', { kind: 'hang' });
    await expect(fetch(address, { headers, signal: AbortSignal.timeout(100) })).rejects.toThrow('timeout');
  });

  describe('when it stops', () => {
    const unknown = '/guilds/1/secrets';
    let strict: FakeDiscord;
    beforeEach(async () => {
      strict = await startFakeDiscord();
    });
    const askUnknown = async () => expect((await fetch(`${strict.apiBase}/v10${unknown}`)).status).toBe(404);

    it('fails the suite that asked for a route Discord does not have, and listens no longer', async () => {
      await askUnknown();
      await expect(strict.stop()).rejects.toThrow(`unknown route GET ${unknown}`);
      await expect(fetch(strict.apiBase)).rejects.toThrow('fetch failed');
    });

    it('fails the suite that sent a body which is no JSON', async () => {
      const address = `${strict.apiBase}/v10/applications/${strict.clientId}/commands`;
      const headers = { authorization: `Bot ${strict.token}`, 'content-type': 'application/json' };
      expect((await fetch(address, { method: 'PUT', headers, body: '{' })).status).toBe(400);
      await expect(strict.stop()).rejects.toThrow('refused as malformed: PUT /applications/');
    });

    it('forgives what the suite said it would do wrong, and nothing beside', async () => {
      strict.expectMistake(unknown);
      await askUnknown();
      await fetch(`${strict.apiBase}/v10/elsewhere`);
      const stopped: unknown = await strict.stop().catch((error: unknown) => error);
      expect(stopped).toMatchObject({ message: expect.stringContaining('unknown route GET /elsewhere') });
      expect(stopped).not.toMatchObject({ message: expect.stringContaining(unknown) });
    });

    it('fails the suite that said it would do something wrong and did not', async () => {
      strict.expectMistake(unknown);
      await expect(strict.stop()).rejects.toThrow(`expected to be used wrongly, and was not: ${unknown}`);
    });
  });
});
