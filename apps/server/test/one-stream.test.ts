import { once } from 'node:events';
import { join } from 'node:path';
import { createClient, type ClientOptions, type SlimyClient } from '@slimy/client';
import type { GuildChange, Message } from '@slimy/contract';
import { describeOnBothSetups, temporaryFolder } from '@slimy/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Followed } from './support/followed.ts';
import {
  demo,
  openServer,
  otherGuild,
  ownGuild,
  PUBLIC_URL,
  type TestServer,
} from './support/open-server.ts';

const guildId = ownGuild;

describeOnBothSetups('The subscriptions of one client', (fixture) => {
  let server: TestServer;
  /** Where others write: another process where there is a Redis that tells of it. */
  let elsewhere: TestServer;
  let address: string;
  let writer: SlimyClient;
  /** Streams that were opened since the test began, and those that are open now. */
  let opened = 0;
  let open = 0;
  const leaving: { leave(): void }[] = [];

  beforeAll(async () => {
    const installation = {
      RATE_LIMIT_FACTOR: '1000',
      DATABASE_URL: await fixture.databaseUrl(demo),
      DATA_DIR: join(temporaryFolder('one-stream'), 'data'),
      CACHE_PREFIX: fixture.prefix,
    };
    server = await openServer(fixture, installation);
    elsewhere = fixture.redisUrl === undefined ? server : await openServer(fixture, installation);
    server.app.server.on('request', (request, response) => {
      if (!/^\/trpc(?:-live\?|\/(?:guild\.onChange|message\.onNew))/.test(request.url ?? '')) return;
      opened += 1;
      open += 1;
      response.once('close', () => (open -= 1));
    });
    address = await server.app.listen({ host: '127.0.0.1', port: 0 });
    const other = elsewhere === server ? address : await elsewhere.app.listen({ host: '127.0.0.1', port: 0 });
    writer = createClient({ url: other, headers: { cookie: await server.signIn(), origin: PUBLIC_URL } });
  });
  afterEach(async () => {
    for (const followed of leaving.splice(0)) followed.leave();
    await expect.poll(() => open).toBe(0);
    opened = 0;
  });
  afterAll(async () => {
    if (elsewhere !== server) await elsewhere.close();
    await server.close();
  });

  async function person(more: Partial<ClientOptions> = {}) {
    const cookie = await server.signIn();
    return {
      cookie,
      client: createClient({ url: address, headers: { cookie, origin: PUBLIC_URL }, ...more }),
    };
  }
  function followed<Event>(subscribe: ConstructorParameters<typeof Followed<Event>>[0]): Followed<Event> {
    const made = new Followed(subscribe);
    leaving.push(made);
    return made;
  }
  const changes = (client: SlimyClient, guild = guildId) =>
    followed<GuildChange>((told) => client.guild.onChange.subscribe({ guildId: guild }, told));
  const messages = (client: SlimyClient, after?: string) =>
    followed<Message>((told) =>
      client.message.onNew.subscribe({ guildId, ...(after === undefined ? {} : { after }) }, told),
    );
  const save = async (notes: string) => {
    const { version } = await writer.guild.settings.get.query({ guildId });
    await writer.guild.settings.update.mutate({ guildId, version, settings: { notes } });
  };

  it('travel over one connection, however many they are', async () => {
    const { client } = await person();
    const conversations = await Promise.all(
      Array.from({ length: 6 }, () => writer.conversation.create.mutate({})),
    );
    const { liveFrom } = await client.message.list.query({ guildId });
    const all = [
      changes(client),
      changes(client, otherGuild),
      messages(client),
      messages(client, liveFrom),
      ...conversations.map(({ id: conversationId }) =>
        followed<Message>((told) => client.message.onNew.subscribe({ conversationId }, told)),
      ),
    ];
    await Promise.all(all.map((one) => one.started()));
    await writer.message.send.mutate({ guildId, text: 'to the guild' });
    for (const { id: conversationId } of conversations) {
      await writer.message.send.mutate({ conversationId, text: conversationId });
    }
    await Promise.all(all.slice(2).map((one) => one.until(1)));
    expect(all.slice(4).map(({ seen }) => seen.map(({ data }) => data))).toMatchObject(
      conversations.map(({ id }) => [{ text: id }]),
    );
    expect([opened, open]).toEqual([1, 1]);
  });

  it('come and go while others write: nothing is lost, nothing comes twice', async () => {
    const { client } = await person();
    const { liveFrom } = await client.message.list.query({ guildId });
    const [room, guild] = [messages(client, liveFrom), changes(client)];
    await Promise.all([room.started(), guild.started()]);
    const texts = Array.from({ length: 40 }, (_, index) => `message ${index}`);
    const written = new AbortController();
    const write = async () => {
      for (const [index, text] of texts.entries()) {
        await writer.message.send.mutate({ guildId, text });
        if (index % 4 === 0) await save(text);
      }
      written.abort();
    };
    const comeAndGo = async () => {
      while (!written.signal.aborted) {
        const passing = changes(client, otherGuild);
        await passing.started();
        passing.leave();
      }
    };
    await Promise.all([write(), comeAndGo()]);
    await room.until(texts.length);
    await save('the last');
    const settings = () => guild.seen.filter(({ data }) => data.what === 'settings');
    await expect.poll(() => settings().length).toBe(texts.length / 4 + 1);
    expect(room.seen.map(({ data }) => data.text)).toEqual(texts);
    const places = guild.seen.map(({ id }) => BigInt(id));
    expect(places).toEqual(places.map((_, index) => (places[0] ?? 0n) + BigInt(index)));
    expect(opened).toBeGreaterThan(5);
    expect(open).toBe(1);
    // Neither was interrupted for whoever subscribed.
    expect([room.starts, guild.starts]).toEqual([1, 1]);
  });

  it('miss nothing between two connections, though nothing had come before', async () => {
    let streams = 0;
    let release = () => {};
    const written = new Promise<void>((resolve) => (release = resolve));
    const { client } = await person({
      fetch: async (input, init) => {
        const isStream = typeof input === 'string' && input.includes('/trpc-live');
        if (isStream) streams += 1;
        if (isStream && streams === 2) await written;
        return fetch(input, init);
      },
    });
    const guild = changes(client);
    const room = messages(client);
    await Promise.all([guild.started(), room.started()]);
    const another = changes(client, otherGuild);
    await expect.poll(() => open).toBe(0);
    await save('while nobody listens');
    await writer.message.send.mutate({ guildId, text: 'while nobody listens' });
    release();
    await Promise.all([guild.until(1), room.until(1), another.started()]);
    expect(guild.seen[0]?.data.what).toBe('settings');
    expect(room.seen.map(({ data }) => data.text)).toEqual(['while nobody listens']);
  });

  it('that change in one moment open one connection', async () => {
    const { client } = await person();
    const first = changes(client);
    await first.started();
    opened = 0;
    const [room, other] = [messages(client), changes(client, otherGuild)];
    first.leave();
    await Promise.all([room.started(), other.started()]);
    expect(opened).toBe(1);
  });

  it('are refused one by one, each with its own reason, and the others go on', async () => {
    const { client } = await person();
    const { id: conversationId } = await writer.conversation.create.mutate({});
    const guild = changes(client);
    const refused = [
      changes(client, '123456789012345678'),
      changes(client, 'no id'),
      messages(client, 'no place'),
      followed<Message>((told) => client.message.onNew.subscribe({ conversationId: 'nobody-s' }, told)),
    ];
    const conversation = followed<Message>((told) =>
      client.message.onNew.subscribe({ conversationId }, told),
    );
    await Promise.all([...refused.map((one) => one.ended()), guild.started(), conversation.started()]);
    expect(refused.map(({ error }) => error)).toMatchObject([
      { reason: 'not_found', code: 'NOT_FOUND' },
      { reason: 'invalid_input', fields: [{ path: ['guildId'] }] },
      { reason: 'invalid_input', fields: [{ path: ['after'] }] },
      { reason: 'not_found' },
    ]);
    await save('for those who may');
    await guild.until(1);
    // One that ends by itself ends alone, too.
    await writer.conversation.delete.mutate({ conversationId });
    await conversation.ended();
    expect(conversation.error).toBeNull();
    await save('still');
    await guild.until(2);
    expect([opened, open, guild.over]).toEqual([1, 1, false]);
  });

  it('hold one connection for each person the bot acts for, and are refused as their procedures say', async () => {
    const bot = createClient({ url: address, token: server.botToken });
    const people = ['11000000000000101', '11000000000000102'].map((id) => bot.as(id));
    const refused = [changes(bot), ...people.flatMap((one) => [changes(one), messages(one)])];
    await Promise.all(refused.map((one) => one.ended()));
    expect(refused.map(({ error }) => error)).toMatchObject(
      refused.map(() => ({ code: 'FORBIDDEN', reason: expect.stringMatching(/^not_via_bot$/) })),
    );
    expect(opened).toBe(3);
  });

  // Tried again when late: a busy machine may hold one try back, a stream that looks too seldom is late each time.
  const late = { retry: 2 };
  it('end within a second of their session’s end, and say why when they come back', late, async () => {
    const { client, cookie } = await person();
    const mine = [changes(client), messages(client)];
    const other = changes((await person()).client);
    await Promise.all([...mine, other].map((one) => one.started()));
    const began = performance.now();
    await server.send({ method: 'POST', url: '/auth/logout', headers: { cookie, origin: PUBLIC_URL } });
    await Promise.all(mine.map((one) => one.ended()));
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(mine.map(({ error }) => error)).toEqual([null, null]);
    const back = changes(client);
    await back.ended();
    expect(back.error).toMatchObject({ reason: 'session_ended' });
    expect(other.over).toBe(false);
  });

  it('go on after a lost connection, each where it stood', async () => {
    const { client } = await person();
    const streams = once(server.app.server, 'request');
    const [guild, room] = [changes(client), messages(client)];
    await Promise.all([guild.started(), room.started()]);
    await save('before');
    await guild.until(1);
    const [{ socket }] = await streams;
    socket.destroy();
    await save('while it is lost');
    await writer.message.send.mutate({ guildId, text: 'while it is lost' });
    await Promise.all([guild.until(2), room.until(1)]);
    expect(guild.seen.map(({ id }) => BigInt(id) - BigInt(guild.seen[0]?.id ?? 0))).toEqual([0n, 1n]);
    expect(room.seen).toHaveLength(1);
    expect([guild.starts, opened, open]).toEqual([2, 2, 1]);
  });

  it('that are too many for one stream are refused alone', async () => {
    const { client } = await person();
    const { liveFrom } = await client.message.list.query({ guildId });
    const many = Array.from({ length: 40 }, (_, index) =>
      messages(client, (BigInt(liveFrom) + BigInt(index)).toString()),
    );
    await Promise.all(many.map((one) => one.started()));
    const one = changes(client);
    await one.ended();
    expect(one.error).toMatchObject({ reason: 'rate_limited' });
    expect([opened, open]).toEqual([1, 1]);
    expect(many.every(({ over }) => !over)).toBe(true);
  });
});
