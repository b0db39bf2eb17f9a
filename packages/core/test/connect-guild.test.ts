import { repositories } from '@slimy/db';
import { describeOnEachPair, startFakeDiscord, type FakeDiscord } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DiscordRest } from '../src/discord/rest.ts';
import { DiscordTransport } from '../src/discord/transport.ts';
import type { Caller } from '../src/index.ts';
import { auditTrail, outcomeOf } from './support/calls.ts';
import { newInstallation, openCore, type TestCore } from './support/open-core.ts';
import { emptyWorld, request, settleWorld, world, type WorldIds } from './support/settle-world.ts';

const MANAGE_GUILD = 0x20n;
const guildId = '700000000000000001';

describeOnEachPair('connecting a guild', (fixture) => {
  let discord: FakeDiscord;
  let core: TestCore;
  let ids: WorldIds;
  const { owner, admin, member, outsider } = world.people;

  beforeAll(async () => {
    discord = await startFakeDiscord();
    const facts = new DiscordRest(
      new DiscordTransport({ apiBase: discord.apiBase, deadlineMs: 2000 }),
      discord.token,
    );
    core = await openCore(await newInstallation(fixture), { discord: facts });
    for (const { discordId: id, ...person } of [owner, admin, member, outsider]) {
      discord.world.addPerson({ id, ...person });
    }
  });
  beforeEach(async () => {
    await emptyWorld(core);
    ids = await settleWorld(core.database);
    discord.faults.clear();
    discord.world.guilds.delete(guildId);
    discord.world.addGuild({ id: guildId, name: 'Fresh', icon: 'f00', ownerId: owner.discordId });
    const managers = discord.world.addRole(guildId, { name: 'Managers', permissions: MANAGE_GUILD });
    discord.world.addMember(guildId, admin.discordId, { roleIds: [managers.id] });
    discord.world.addMember(guildId, member.discordId);
  });
  afterAll(async () => {
    await core.close();
    await discord.stop();
  });

  /** Authenticated anew, as each request is. */
  async function acting(discordId: string): Promise<Caller> {
    return { actor: await core.authentication.bot(core.botToken, discordId), request };
  }
  const connect = async (discordId: string) =>
    core.services.guilds.connect(await acting(discordId), { guildId });
  const rolesOf = async (discordId: string) =>
    (await repositories(core.database).guild(guildId).members.byDiscordIds([discordId])).at(0)?.roles;
  const row = () => repositories(core.database).guild(guildId).row();

  test('somebody who may manage it connects it as admin; its owner is whoever Discord says', async () => {
    expect(await connect(admin.discordId)).toEqual({ guildId });
    expect(await row()).toMatchObject({
      name: 'Fresh',
      icon: 'f00',
      ownerDiscordId: owner.discordId,
      ownerId: ids.owner,
      memberCount: 2,
    });
    expect(await rolesOf(admin.discordId)).toEqual(['member', 'admin']);
    expect(await rolesOf(owner.discordId)).toEqual(['member', 'editor', 'admin', 'owner']);
    const mine = await core.services.guilds.mine(await acting(admin.discordId), { limit: 50 });
    expect(mine.items.map(({ id }) => id)).toContain(guildId);
    const trail = await auditTrail(core, 'guild.connect');
    expect(trail.at(-1)).toMatchObject({ user_id: ids.admin, via_bot: true, success: true });
  });

  test('connecting again changes nothing and leaves no second record', async () => {
    await connect(owner.discordId);
    const [before, trail] = [await row(), await auditTrail(core, 'guild.connect')];
    await connect(owner.discordId);
    expect(await row()).toEqual(before);
    expect(await auditTrail(core, 'guild.connect')).toHaveLength(trail.length);
  });

  test('five people connecting it at the same moment make one guild', async () => {
    await Promise.all([owner, admin, owner, admin, owner].map(({ discordId }) => connect(discordId)));
    expect(await row()).toMatchObject({ memberCount: 2 });
  });

  test('who may not manage it, or is not in it, is refused and becomes nothing', async () => {
    expect(await outcomeOf(connect(member.discordId))).toBe('discord_permission_missing');
    expect(await outcomeOf(connect(outsider.discordId))).toBe('discord_permission_missing');
    expect(await row()).toBeNull();
  });

  test('without the bot in it there is nothing to connect', async () => {
    discord.world.removeBot(guildId);
    expect(await outcomeOf(connect(owner.discordId))).toBe('bot_not_in_guild');
    const withoutToken = new DiscordRest(new DiscordTransport({ apiBase: discord.apiBase }), undefined);
    expect(await outcomeOf(withoutToken.guild(guildId))).toBe('not_configured');
    const withBadToken = new DiscordRest(new DiscordTransport({ apiBase: discord.apiBase }), 'wrong');
    expect(await outcomeOf(withBadToken.guild(guildId))).toBe('not_configured');
  });

  test('somebody nobody has seen before connects through the bot and is known from then on', async () => {
    const stranger = discord.world.addPerson({ username: 'stranger' });
    discord.world.changeGuild(guildId, { ownerId: stranger.id });
    discord.world.addMember(guildId, stranger.id);
    expect((await acting(stranger.id)).actor).toMatchObject({ actingAs: { userId: null } });
    await connect(stranger.id);
    const { actor } = await acting(stranger.id);
    expect(actor).toMatchObject({ actingAs: { discordId: stranger.id } });
    const detail = await core.services.guilds.byId(await acting(stranger.id), {
      guildId,
      includeMembers: true,
    });
    expect(detail.roles).toContain('owner');
    expect(detail.members?.items.map(({ username }) => username)).toEqual(['stranger']);
  });

  test('refreshing takes name, icon and owner anew, and the roles of owner move with it', async () => {
    await connect(owner.discordId);
    await connect(admin.discordId);
    discord.world.changeGuild(guildId, { name: 'Renamed', icon: null, ownerId: admin.discordId });
    const detail = await core.services.guilds.refresh(await acting(owner.discordId), { guildId });
    expect(detail).toMatchObject({ name: 'Renamed', iconUrl: null, roles: ['member'] });
    expect(await rolesOf(admin.discordId)).toEqual(['member', 'admin', 'owner']);
  });

  test('Discord’s waits are kept, its failures are told within the deadline', async () => {
    discord.faults.next('GET /guilds/:guildId', { kind: 'rate-limited', retryAfterSeconds: 0.2 });
    discord.faults.next('GET /guilds/:guildId', { kind: 'status', status: 502 });
    expect(await outcomeOf(connect(owner.discordId))).toBe('allowed');
    for (const kind of ['hang', 'cut', 'malformed'] as const) {
      discord.faults.next('GET /guilds/:guildId', { kind });
      expect(await outcomeOf(connect(owner.discordId)), kind).toBe('discord_unavailable');
    }
    discord.faults.next('GET /guilds/:guildId', { kind: 'rate-limited', retryAfterSeconds: 60 });
    const started = performance.now();
    expect(await outcomeOf(connect(owner.discordId))).toBe('discord_unavailable');
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
