import {
  personFacts,
  presentMember,
  type FakeDiscord,
  type FakeDiscordOptions,
  type FakeGuild,
  type FakePerson,
} from '@slimy/testing';
import { createClient } from '@slimy/client';
import type { InputOf } from '@slimy/contract';
import { PermissionFlagsBits, PermissionsBitField } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliver } from '../src/facts/guild-delivery.ts';
import { subjectOf } from '../src/facts/member-facts.ts';
import { WaitingFacts } from '../src/facts/waiting-facts.ts';
import { eventually, startBotInDiscord, type BotInDiscord } from './support/bot-in-discord.ts';
import { Refusal, StubApi } from './support/stub-api.ts';

type MembersSync = InputOf<'guild.members.sync'>;
type GuildSync = InputOf<'guild.sync'>;

describe('the facts that the bot sends [discord]', () => {
  let api: StubApi;
  let guildSyncs: GuildSync[];
  let memberSyncs: MembersSync[];
  let known: boolean;
  let owner: FakePerson;
  let guild: FakeGuild;
  let running: BotInDiscord | undefined;

  beforeEach(async () => {
    api = await new StubApi().start();
    guildSyncs = [];
    memberSyncs = [];
    known = true;
    api.on('guild.sync', (input) => {
      guildSyncs.push(input);
      return { known };
    });
    api.on('guild.members.sync', (input) => {
      memberSyncs.push(input);
      return { joined: 0, changed: 0, left: 0, unchanged: 0 };
    });
  });
  afterEach(async () => {
    await running?.bot.stop();
    await running?.discord.stop();
    await api.stop();
    running = undefined;
  });

  async function start(
    prepare: (discord: FakeDiscord) => void = () => undefined,
    options: FakeDiscordOptions = {},
  ): Promise<BotInDiscord> {
    const furnish = (discord: FakeDiscord) => {
      owner = discord.world.addPerson({ username: 'owner' });
      guild = discord.world.addGuild({ name: 'Slime Club', ownerId: owner.id, icon: 'a_1b2c' });
      prepare(discord);
    };
    running = await startBotInDiscord(api.url, furnish, options);
    await running.bot.factsDelivered();
    return running;
  }
  /** The facts of the calls after so many. */
  function factsSince(count: number): MembersSync['members'] {
    return memberSyncs.slice(count).flatMap(({ members }) => members);
  }
  /** What the calls after so many said last of each person. */
  function lastFactsSince(count: number): MembersSync['members'] {
    return [...new Map(factsSince(count).map((fact) => [subjectOf(fact), fact])).values()];
  }

  it('describes every guild and everybody in it at the start, bots left out', async () => {
    await start(({ world }) => {
      const role = world.addRole(guild.id, {
        name: 'Channels',
        permissions: PermissionFlagsBits.ManageChannels,
      });
      const pim = world.addPerson({ username: 'pim', globalName: 'Pim', avatar: 'abc' });
      world.addMember(guild.id, pim.id, { roleIds: [role.id], joinedAt: new Date('2025-05-05T00:00:00Z') });
    });
    expect(guildSyncs).toEqual([
      { guildId: guild.id, name: 'Slime Club', icon: 'a_1b2c', ownerDiscordId: owner.id, botPresent: true },
    ]);
    expect(memberSyncs).toHaveLength(1);
    expect(memberSyncs[0]?.complete).toBe(true);
    expect(memberSyncs[0]?.members).toMatchObject([
      { user: { discordId: owner.id }, permissions: PermissionsBitField.All.toString() },
      {
        user: { username: 'pim', globalName: 'Pim', avatar: 'abc' },
        joinedAt: new Date('2025-05-05T00:00:00Z'),
      },
    ]);
    const pim = memberSyncs[0]?.members[1];
    if (pim?.kind !== 'present') throw new Error('pim is missing');
    expect(BigInt(pim.permissions) & PermissionFlagsBits.ManageChannels).toBe(
      PermissionFlagsBits.ManageChannels,
    );
  });

  it('reads a large guild a thousand at a time, each time everybody between two ids', async () => {
    await start(({ world }) => {
      for (let index = 0; index < 2100; index += 1) {
        world.addMember(guild.id, world.addPerson({ username: `p${index}` }).id);
      }
    });
    expect(memberSyncs.map(({ complete }) => complete)).toEqual([false, false, false]);
    expect(memberSyncs.every(({ members }) => members.length <= 1000)).toBe(true);
    const [first, second, third] = memberSyncs.map(({ completeWithin }) => completeWithin);
    expect(first).toEqual({ after: null, upTo: expect.any(String) });
    expect(second).toEqual({ after: first?.upTo, upTo: expect.any(String) });
    expect(third).toEqual({ after: second?.upTo, upTo: null });
    for (const { members, completeWithin } of memberSyncs) {
      for (const fact of members) {
        const id = BigInt(fact.kind === 'present' ? fact.user.discordId : fact.discordId);
        expect(id > BigInt(completeWithin?.after ?? 0)).toBe(true);
        expect(id <= BigInt(completeWithin?.upTo ?? id)).toBe(true);
      }
    }
    expect(factsSince(0)).toHaveLength(2101);
  });

  it('tells of people who join, change and leave, gathered into few calls', async () => {
    const { discord, bot } = await start();
    const people = Array.from({ length: 30 }, (_, index) =>
      discord.world.addPerson({ username: `n${index}` }),
    );
    for (const person of people) discord.world.addMember(guild.id, person.id);
    const [first, second] = people;
    discord.world.removeMember(guild.id, first?.id ?? '');
    const role = discord.world.addRole(guild.id, {
      name: 'Admins',
      permissions: PermissionFlagsBits.Administrator,
    });
    discord.world.changeMember(guild.id, second?.id ?? '', { roleIds: [role.id] });
    await eventually(async () => {
      await bot.factsDelivered();
      expect(lastFactsSince(1)).toHaveLength(30);
      expect(lastFactsSince(1)).toContainEqual({ kind: 'left', discordId: first?.id });
      expect(lastFactsSince(1)).toContainEqual(
        expect.objectContaining({ roleIds: [role.id], permissions: PermissionsBitField.All.toString() }),
      );
    });
    expect(memberSyncs.length).toBeLessThan(6);
  });

  it('tells of a new name, icon and owner, and reads everybody anew for the owner', async () => {
    const { discord, bot } = await start();
    discord.world.changeGuild(guild.id, { name: 'Slime Union', icon: null });
    await eventually(() => expect(guildSyncs.at(-1)).toMatchObject({ name: 'Slime Union', icon: null }));
    await bot.factsDelivered();
    expect(memberSyncs).toHaveLength(1);
    const heir = discord.world.addPerson({ username: 'heir' });
    discord.world.addMember(guild.id, heir.id);
    discord.world.changeGuild(guild.id, { ownerId: heir.id });
    await eventually(() => expect(guildSyncs.at(-1)).toMatchObject({ ownerDiscordId: heir.id }));
    await eventually(() => expect(memberSyncs.filter(({ complete }) => complete)).toHaveLength(2));
  });

  it('reads everybody anew when what a role may do changes, not when its name does', async () => {
    const { discord, bot } = await start(({ world }) => {
      world.addRole(guild.id, { name: 'Helpers', id: '200000000000000001' });
    });
    discord.world.changeRole(guild.id, '200000000000000001', { name: 'Helpful' });
    discord.world.changeGuild(guild.id, { name: 'Later' });
    await eventually(() => expect(guildSyncs.at(-1)?.name).toBe('Later'));
    await bot.factsDelivered();
    expect(memberSyncs).toHaveLength(1);
    discord.world.changeRole(guild.id, '200000000000000001', {
      permissions: PermissionFlagsBits.ManageGuild,
    });
    await eventually(() => expect(memberSyncs).toHaveLength(2));
    discord.world.removeRole(guild.id, '200000000000000001');
    await eventually(() => expect(memberSyncs).toHaveLength(3));
  });

  it('takes an outage for no removal, and a removal for one', async () => {
    const { discord, bot } = await start();
    discord.world.setOutage(guild.id, true);
    discord.world.setOutage(guild.id, false);
    await eventually(() => expect(guildSyncs).toHaveLength(2));
    expect(guildSyncs.every(({ botPresent }) => botPresent)).toBe(true);
    await bot.factsDelivered();
    const before = memberSyncs.length;
    discord.world.removeBot(guild.id);
    await eventually(() => expect(guildSyncs.at(-1)).toMatchObject({ guildId: guild.id, botPresent: false }));
    await bot.factsDelivered();
    expect(memberSyncs).toHaveLength(before);
    discord.world.addBot(guild.id);
    await eventually(() => expect(guildSyncs.at(-1)).toMatchObject({ botPresent: true }));
  });

  it('notices a removal while the session of one shard was lost, and takes no other guild for removed', async () => {
    const { discord } = await start(
      ({ world }) => {
        for (const place of [0n, 1n, 2n, 3n]) {
          const id = String((100_000_000_000n + place) << 22n);
          world.addGuild({ name: `Guild ${place}`, ownerId: owner.id, id });
        }
      },
      { shards: 2 },
    );
    expect(new Set(guildSyncs.map(({ guildId }) => guildId)).size).toBe(5);
    expect(discord.gateway.connections).toBe(2);
    discord.gateway.invalidateSessions(guild.id);
    discord.world.removeBot(guild.id);
    await eventually(() => {
      expect(guildSyncs).toContainEqual(expect.objectContaining({ guildId: guild.id, botPresent: false }));
    });
    const removed = guildSyncs.filter(({ botPresent }) => !botPresent);
    expect(removed.map(({ guildId }) => guildId)).toEqual([guild.id]);
  });

  it('keeps what the API did not take and sends the newest of it when the API is back', async () => {
    const { discord, bot, log } = await start();
    api.away = true;
    const pim = discord.world.addPerson({ username: 'pim' });
    discord.world.addMember(guild.id, pim.id);
    await eventually(() => expect(log.messages('warn')).toContain('Facts wait: the API did not take them'));
    discord.world.changePerson(pim.id, { globalName: 'Pim the Second' });
    const marker = discord.world.addPerson({ username: 'marker' });
    discord.world.addMember(guild.id, marker.id);
    api.away = false;
    await eventually(() => expect(JSON.stringify(factsSince(1))).toContain(marker.id));
    await bot.factsDelivered();
    const ofPim = factsSince(1).filter((fact) => fact.kind === 'present' && fact.user.discordId === pim.id);
    expect(ofPim.at(-1)).toMatchObject({ user: { globalName: 'Pim the Second' } });
    expect(log.messages('warn')).toHaveLength(1);
    expect(log.messages('info')).toContain('Facts reach the API again');
  });

  it('waits as long as the API says when it sends too much', async () => {
    let refused = 0;
    api.on('guild.members.sync', (input) => {
      if (refused === 0) {
        refused = performance.now();
        throw new Refusal('rate_limited', { retryAfterSeconds: 1 });
      }
      memberSyncs.push(input);
      return { joined: 0, changed: 0, left: 0, unchanged: 0 };
    });
    await start();
    expect(performance.now() - refused).toBeGreaterThanOrEqual(1000);
    expect(memberSyncs).toHaveLength(1);
  });

  it('drops facts the API can never take, says so, and goes on', async () => {
    const { discord, log } = await start();
    api.on('guild.members.sync', () => {
      throw new Refusal('invalid_input', {
        fields: [{ path: ['members', 0], message: 'must be otherwise' }],
      });
    });
    discord.world.addMember(guild.id, discord.world.addPerson({ username: 'pim' }).id);
    await eventually(() => expect(log.messages('error')).toHaveLength(1));
    discord.world.changeGuild(guild.id, { name: 'Goes on' });
    await eventually(() => expect(guildSyncs.at(-1)?.name).toBe('Goes on'));
  });

  it('reads anew when more changes at once than one call takes', async () => {
    const { discord } = await start();
    for (let index = 0; index < 1005; index += 1) {
      discord.world.addMember(guild.id, discord.world.addPerson({ username: `p${index}` }).id);
    }
    await eventually(() =>
      expect(new Set(factsSince(1).map((fact) => JSON.stringify(fact))).size).toBe(1006),
    );
  });

  it('believes what it hears over what it reads at the same time', async () => {
    const present = (discordId: string) => presentMember(personFacts(discordId));
    const stays = '300000000000000001';
    const leaves = '300000000000000002';
    const joins = '300000000000000003';
    const waiting = new WaitingFacts();
    waiting.everybody = true;
    const readMembers = async function* () {
      const facts = [present(stays), present(leaves)];
      waiting.addMember({ kind: 'left', discordId: leaves });
      waiting.addMember(present(joins));
      yield { facts, after: null, upTo: null };
    };
    const client = createClient({ url: api.url });
    await deliver({ api: client, readMembers }, '200000000000000001', waiting);
    expect(memberSyncs).toMatchObject([
      { complete: true, members: [present(stays), present(joins)] },
      { complete: false, members: [{ kind: 'left', discordId: leaves }, present(joins)] },
    ]);
    expect(waiting.isEmpty).toBe(true);
  });

  it('tells nothing of the members of a guild that nobody connected, until somebody has', async () => {
    known = false;
    const { discord, bot } = await start();
    discord.world.addMember(guild.id, discord.world.addPerson({ username: 'pim' }).id);
    await bot.factsDelivered();
    expect(memberSyncs).toHaveLength(0);
    known = true;
    await eventually(() => expect(memberSyncs).toMatchObject([{ complete: true }]));
    expect(memberSyncs[0]?.members).toHaveLength(2);
    discord.world.addMember(guild.id, discord.world.addPerson({ username: 'pom' }).id);
    // Of 'pim' too, where word from the gateway came only once the guild was known.
    await eventually(() => expect(factsSince(1).at(-1)).toMatchObject({ user: { username: 'pom' } }));
  });

  it('does not end all memberships over an empty answer of Discord', async () => {
    const { discord, bot } = await start();
    guild.members.delete(owner.id);
    discord.world.setOutage(guild.id, true);
    discord.world.setOutage(guild.id, false);
    await eventually(() => expect(guildSyncs).toHaveLength(2));
    await bot.factsDelivered();
    expect(memberSyncs).toHaveLength(1);
  });
});
