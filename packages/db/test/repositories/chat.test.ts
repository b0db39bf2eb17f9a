import { describeOnEachEngine } from '@slimy/testing';
import { expect, it } from 'vitest';
import { tablesOf } from '../../src/client/of.ts';
import { repositories, type NewMessage } from '../../src/index.ts';
import { at, guild, storedPerson, useDatabase } from '../support/database.ts';
import { errorOf } from '../support/errors.ts';
import { walked } from '../support/walk.ts';

let guilds = 0;

describeOnEachEngine('the messages of a room', (fixture) => {
  const database = useDatabase(fixture);

  async function room() {
    const author = await storedPerson(database());
    const guildId = String(500_000_000_000_000_000n + BigInt((guilds += 1)));
    await tablesOf(database()).guild.create({ data: guild(guildId) });
    const message = (change: Partial<NewMessage> = {}): NewMessage => ({
      userId: author.id,
      role: 'user',
      text: 'hello',
      adminOnly: false,
      ...change,
    });
    const send = (change: Partial<NewMessage> = {}) =>
      database().transaction((tx) => repositories(tx).guild(guildId).messages.send(message(change), at));
    const { messages } = repositories(database()).guild(guildId);
    const count = async () => (await repositories(database()).guild(guildId).row())?.messageCount;
    return { author, guildId, message, send, messages, count };
  }

  it('have places without a gap or a double, and are counted, under ten senders at once', async () => {
    const { send, messages, count } = await room();
    const sent = await Promise.all(Array.from({ length: 10 }, () => send()));
    const places = sent.map(({ message }) => Number(message.sequence)).sort((a, b) => a - b);
    expect(places).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await messages.lastSequence()).toBe(10n);
    expect(await count()).toBe(10);
  });

  it('sent again under one client id are one message, also at the same time', async () => {
    const { send, messages, count } = await room();
    const sent = await Promise.all(Array.from({ length: 4 }, () => send({ clientId: 'c1', text: 'once' })));
    expect(sent.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(new Set(sent.map(({ message }) => message.id)).size).toBe(1);
    expect((await messages.page({ limit: 10, withAdminOnly: true })).items).toHaveLength(1);
    expect(await count()).toBe(1);
    expect((await send({ clientId: 'c2' })).message.sequence).toBe(2n);
  });

  it('are listed newest first by keyset, with and without those for admins', async () => {
    const { send, messages } = await room();
    for (let index = 1; index <= 9; index += 1)
      await send({ text: `message ${index}`, adminOnly: index % 3 === 0 });
    const texts = async (withAdminOnly: boolean) =>
      (await walked((cursor) => messages.page({ limit: 2, cursor, withAdminOnly }))).map(({ text }) => text);
    expect(await texts(true)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1].map((index) => `message ${index}`));
    expect(await texts(false)).toEqual([8, 7, 5, 4, 2, 1].map((index) => `message ${index}`));
    expect((await messages.after(7n, 10)).map(({ sequence }) => sequence)).toEqual([8n, 9n]);
  });

  it('hold 10,000 characters of four bytes and name their author', async () => {
    const { send, messages, author } = await room();
    const text = '🐌'.repeat(10_000);
    const { message } = await send({ text });
    expect(await messages.byId(message.id)).toMatchObject({
      text,
      userId: author.id,
      authorName: author.username,
      authorDiscordId: author.discordId,
      conversationId: null,
      createdAt: at,
    });
  });

  it('are deleted once, and only through their own room', async () => {
    const { send, count, guildId } = await room();
    const other = await room();
    const { message } = await send();
    const remove = (id: string) =>
      database().transaction((tx) => repositories(tx).guild(id).messages.delete(message.id));
    expect(await remove(other.guildId)).toBe(false);
    expect(await other.messages.byId(message.id)).toBeNull();
    expect(await remove(guildId)).toBe(true);
    expect(await remove(guildId)).toBe(false);
    expect(await count()).toBe(0);
  });

  it('are not stored in a guild that is not there', async () => {
    const { message } = await room();
    const call = database().transaction((tx) =>
      repositories(tx).guild('599999999999999999').messages.send(message(), at),
    );
    expect((await errorOf(call)).kind).toBe('foreign_key');
  });
});

describeOnEachEngine('the conversations of a person', (fixture) => {
  const database = useDatabase(fixture);
  const later = (seconds: number) => new Date(at.getTime() + seconds * 1_000);

  it('come with the newest message first, and nobody else sees them', async () => {
    const [mine, theirs] = [await storedPerson(database()), await storedPerson(database())];
    const own = repositories(database()).person(mine.id).conversations;
    const made = [];
    for (let index = 0; index < 5; index += 1)
      made.push(await own.create({ title: `talk ${index}` }, later(index)));
    const [first] = made;
    if (!first) throw new Error('unreachable');
    await database().transaction((tx) =>
      repositories(tx)
        .person(mine.id)
        .conversations.messages(first.id)
        .send({ userId: mine.id, role: 'user', text: 'hi', adminOnly: false }, later(60)),
    );
    const listed = await walked((cursor) => own.page({ limit: 2, cursor }));
    expect(listed.map(({ title }) => title)).toEqual(['talk 0', 'talk 4', 'talk 3', 'talk 2', 'talk 1']);
    expect(listed[0]).toMatchObject({ messageCount: 1, updatedAt: later(60) });
    const foreign = repositories(database()).person(theirs.id).conversations;
    expect(await foreign.byId(first.id)).toBeNull();
    expect(await foreign.rename(first.id, 'mine now')).toBe(false);
    expect(await own.rename(first.id, null)).toBe(true);
    expect(await own.byId(first.id)).toMatchObject({ title: null });
  });

  it('take their messages along', async () => {
    const { id: userId } = await storedPerson(database());
    const own = repositories(database()).person(userId).conversations;
    const { id } = await own.create({ title: null }, at);
    const message = { userId, role: 'assistant', text: 'hi', adminOnly: false } as const;
    await database().transaction((tx) =>
      repositories(tx).person(userId).conversations.messages(id).send(message, at),
    );
    const remove = () =>
      database().transaction((tx) => repositories(tx).person(userId).conversations.delete(id));
    expect(await remove()).toBe(true);
    expect(await remove()).toBe(false);
    expect(await tablesOf(database()).chatMessage.count({ where: { userId } })).toBe(0);
    expect(await own.messages(id).lastSequence()).toBe(0n);
  });
});
