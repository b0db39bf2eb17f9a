import { describeOnEachEngine } from '@slimy/testing';
import { expect, expectTypeOf, it } from 'vitest';
import { tablesOf } from '../src/client/of.ts';
import type { Tables } from '../src/client/surface.ts';
import type { Database, SqlExecutor, Transaction } from '../src/index.ts';
import { at, guild, person, useDatabase } from './support/database.ts';

describeOnEachEngine('the typed surface', (fixture) => {
  const database = useDatabase(fixture);

  it('carries each kind of column through the tables as it was', async () => {
    const tables = tablesOf(database());
    await tables.guild.create({
      data: { ...guild('500000000000000001'), settings: { list: [1, 'two', null], nested: { '🐌': true } } },
    });
    const settings = {
      guildId: '500000000000000001',
      version: 3,
      viewMode: 'latest',
      allowPublic: true,
      uploadsEnabled: false,
      notes: "it's 100% “fine” \\ 🐌",
      warnTotalLow: 9_007_199_254_740_993n,
      warnTotalHigh: 9_223_372_036_854_775_807n,
      updatedAt: at,
    };
    await tables.guildSettings.create({ data: settings });
    const personality = {
      preset: 'friendly',
      systemPrompt: '',
      temperature: 0.7,
      topP: 1,
      tone: 'a',
      formality: 'b',
    };
    await tables.guildPersonality.create({
      data: {
        guildId: settings.guildId,
        version: 1,
        ...personality,
        humor: true,
        emojis: false,
        updatedAt: at,
      },
    });
    const stored = await tables.guild.findUnique({
      where: { id: settings.guildId },
      include: { typedSettings: true, personality: true },
    });
    expect(stored?.settings).toEqual({ list: [1, 'two', null], nested: { '🐌': true } });
    expect(stored?.typedSettings).toMatchObject(settings);
    expect(stored?.personality).toMatchObject({ ...personality, humor: true, emojis: false });
  });

  it('counts, groups and walks relations', async () => {
    const tables = tablesOf(database());
    const owner = person();
    await tables.user.create({ data: owner });
    await tables.guild.create({ data: { ...guild('500000000000000002'), ownerId: owner.id } });
    await tables.userGuild.create({
      data: {
        id: `${owner.id}-1`.slice(0, 32),
        userId: owner.id,
        guildId: '500000000000000002',
        roles: ['member', 'owner'],
        discordRoles: ['owner'],
        discordRoleIds: [],
        grantedRoles: [],
        source: 'sync',
        joinedAt: at,
        createdAt: at,
        updatedAt: at,
      },
    });
    const found = await tables.guild.findUnique({
      where: { id: '500000000000000002' },
      include: {
        owner: true,
        memberships: { include: { user: true } },
        _count: { select: { memberships: true } },
      },
    });
    expect(found).toMatchObject({
      owner: { id: owner.id },
      memberships: [{ roles: ['member', 'owner'], user: { id: owner.id } }],
      _count: { memberships: 1 },
    });
  });

  it('leaves the guild without owner and ends memberships when a person is deleted', async () => {
    const tables = tablesOf(database());
    const before = await tables.guild.findUnique({ where: { id: '500000000000000002' } });
    await tables.user.delete({ where: { id: before?.ownerId ?? '' } });
    expect(await tables.guild.findUnique({ where: { id: '500000000000000002' } })).toMatchObject({
      ownerId: null,
    });
    expect(await tables.userGuild.count({ where: { guildId: '500000000000000002' } })).toBe(0);
  });

  it('takes the messages along when a conversation is deleted', async () => {
    const tables = tablesOf(database());
    const author = person();
    await tables.user.create({
      data: { ...author, conversations: { create: { id: `c-${author.id}`, createdAt: at, updatedAt: at } } },
    });
    await tables.chatMessage.create({
      data: {
        id: `m-${author.id}`,
        conversationId: `c-${author.id}`,
        userId: author.id,
        sequence: 1n,
        role: 'user',
        text: 'hi',
        createdAt: at,
      },
    });
    await tables.conversation.delete({ where: { id: `c-${author.id}` } });
    expect(await tables.chatMessage.count({ where: { userId: author.id } })).toBe(0);
  });

  it('has by type no root in a transaction, and nothing that only one engine can', () => {
    expectTypeOf<keyof Transaction>().toEqualTypeOf<'engine' | 'sql'>();
    expectTypeOf<Transaction['sql']>().toEqualTypeOf<SqlExecutor>();
    expectTypeOf<keyof SqlExecutor>().toEqualTypeOf<'engine' | 'execute' | 'query' | 'one'>();
    expectTypeOf<Transaction>().not.toExtend<Database>();
    expectTypeOf<Tables['user']>().not.toHaveProperty('createManyAndReturn');
    expectTypeOf<keyof Tables>().extract<`$${string}`>().toBeNever();
    // @ts-expect-error -- MySQL alone can
    const skipping = () => tablesOf(database()).room.createMany({ data: [], skipDuplicates: true });
    expect(skipping).toBeTypeOf('function');
  });
});
