import { Client, Events, GatewayIntentBits, Partials } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeDiscord, type FakeDiscord, type FakeGuild, type FakePerson } from '../../src/index.ts';

const guildIntents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers];

describe('the gateway of the fake, seen by the client of discord.js [discord]', () => {
  let discord: FakeDiscord;
  let mira: FakePerson;
  let guild: FakeGuild;
  const clients: Client[] = [];

  beforeEach(async () => {
    discord = await startFakeDiscord({ heartbeatIntervalMs: 200 });
    mira = discord.world.addPerson({ username: 'mira' });
    guild = discord.world.addGuild({ name: 'Slime Club', ownerId: mira.id });
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.destroy()));
    await discord.stop();
  });

  function newClient(intents: GatewayIntentBits[] = guildIntents): Client {
    const client = new Client({
      intents,
      partials: [Partials.GuildMember],
      rest: { api: discord.apiBase },
    });
    clients.push(client);
    return client;
  }

  async function readyClient(intents?: GatewayIntentBits[]): Promise<Client<true>> {
    const client = newClient(intents);
    const ready = new Promise<Client<true>>((resolve) => {
      client.once(Events.ClientReady, resolve);
    });
    await client.login(discord.token);
    return ready;
  }

  function next(client: Client, event: Parameters<Client['once']>[0]): Promise<unknown> {
    return new Promise((resolve) => {
      client.once(event, resolve);
    });
  }

  it('greets, identifies and describes the guilds the bot is in', async () => {
    const other = discord.world.addGuild({ name: 'Elsewhere', ownerId: mira.id, withBot: false });
    const client = await readyClient();
    expect(client.guilds.cache.get(guild.id)?.ownerId).toBe(mira.id);
    expect(client.guilds.cache.has(other.id)).toBe(false);
    await discord.until('two heartbeats', () => discord.gateway.heartbeats >= 2);
  });

  it('tells of guilds, members and roles as they change', async () => {
    const client = await readyClient();
    const renamed = next(client, Events.GuildUpdate);
    discord.world.changeGuild(guild.id, { name: 'Slime Union' });
    await renamed;
    expect(client.guilds.cache.get(guild.id)?.name).toBe('Slime Union');
    const pim = discord.world.addPerson({ username: 'pim' });
    const joined = next(client, Events.GuildMemberAdd);
    discord.world.addMember(guild.id, pim.id);
    expect(await joined).toMatchObject({ id: pim.id });
    const updated = next(client, Events.GuildMemberUpdate);
    const role = discord.world.addRole(guild.id, { name: 'Editors', permissions: 0x10n });
    discord.world.changeMember(guild.id, pim.id, { roleIds: [role.id] });
    await updated;
    const left = next(client, Events.GuildMemberRemove);
    discord.world.removeMember(guild.id, pim.id);
    expect(await left).toMatchObject({ id: pim.id });
    const unavailable = next(client, Events.GuildUnavailable);
    discord.world.setOutage(guild.id, true);
    expect(await unavailable).toMatchObject({ id: guild.id });
    const back = next(client, Events.GuildAvailable);
    discord.world.setOutage(guild.id, false);
    await back;
    const removed = next(client, Events.GuildDelete);
    discord.world.removeBot(guild.id);
    expect(await removed).toMatchObject({ id: guild.id });
  });

  it('sends all members in chunks of a thousand', async () => {
    for (let index = 0; index < 1200; index += 1) {
      discord.world.addMember(guild.id, discord.world.addPerson({ username: `p${index}` }).id);
    }
    const client = await readyClient();
    const members = await client.guilds.cache.get(guild.id)?.members.fetch();
    expect(members?.size).toBe(1202);
  });

  it('resumes after a dropped connection and misses nothing', async () => {
    const client = await readyClient();
    discord.gateway.drop();
    await discord.until('the drop', () => discord.gateway.readySessions === 0);
    const renamed = next(client, Events.GuildUpdate);
    discord.world.changeGuild(guild.id, { name: 'Renamed while away' });
    await renamed;
    expect(client.guilds.cache.get(guild.id)?.name).toBe('Renamed while away');
    expect(discord.gateway).toMatchObject({ resumes: 1, identifies: [expect.anything()] });
  });

  it('is identified to anew when it forgot the session', async () => {
    const client = await readyClient();
    const ready = next(client, Events.ShardReady);
    discord.gateway.invalidateSessions();
    await ready;
    expect(discord.gateway.identifies).toHaveLength(2);
  });

  it('is left and resumed by a client whose heartbeats it does not answer', async () => {
    await readyClient();
    discord.gateway.muteHeartbeats(true);
    await discord.until('the client to leave', () => discord.gateway.readySessions === 0);
    discord.gateway.muteHeartbeats(false);
    await discord.until('the resume', () => discord.gateway.resumes === 1);
  });

  it('refuses a bad token and intents the application is not allowed', async () => {
    await expect(newClient().login('bad.token')).rejects.toThrow('An invalid token was provided.');
    discord.expectMistake('gateway closed with 4014');
    const asking = newClient([...guildIntents, GatewayIntentBits.MessageContent]);
    await expect(asking.login(discord.token)).rejects.toThrow('Used disallowed intents');
    expect(discord.gateway.refusals).toEqual([{ code: 4014, reason: 'Disallowed intent(s).' }]);
  });

  it('closes with 4004 for a token that REST was not asked about, and with 4001, 4002, 4003 for nonsense', async () => {
    for (const code of [4004, 4001, 4002, 4003]) discord.expectMistake(`gateway closed with ${code}`);
    const identify = {
      op: 2,
      d: { token: 'bad', intents: 1, properties: { os: '', browser: '', device: '' } },
    };
    expect(await closeCodeAfter(JSON.stringify(identify))).toBe(4004);
    expect(await closeCodeAfter('{"op":99,"d":null}')).toBe(4001);
    expect(await closeCodeAfter('not json')).toBe(4002);
    expect(await closeCodeAfter('{"op":3,"d":{"status":"online"}}')).toBe(4003);
  });

  it('withholds events whose intent was not asked for', async () => {
    const client = await readyClient([GatewayIntentBits.Guilds]);
    const seen: string[] = [];
    client.on(Events.Raw, (packet: { t: string }) => seen.push(packet.t));
    discord.world.addMember(guild.id, discord.world.addPerson({ username: 'pim' }).id);
    const renamed = next(client, Events.GuildUpdate);
    discord.world.changeGuild(guild.id, { name: 'Other' });
    await renamed;
    expect(seen).not.toContain('GUILD_MEMBER_ADD');
  });

  async function closeCodeAfter(payload: string): Promise<number> {
    const address = `${discord.apiBase.replace('http', 'ws').replace('/api', '/gateway')}?v=10&encoding=json`;
    const { WebSocket } = await import('ws');
    const socket = new WebSocket(address);
    const closed = new Promise<number>((resolve) => {
      socket.once('close', resolve);
    });
    socket.once('message', () => socket.send(payload));
    return closed;
  }
});
