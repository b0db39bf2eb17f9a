import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createClient, type SlimyClient } from '@slimy/client';
import { describeOnBothSetups } from '@slimy/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { liveUrl } from './support/live-list.ts';
import { openServer, ownGuild, PUBLIC_URL, queryUrl, type TestServer } from './support/open-server.ts';

const guildId = ownGuild;

describeOnBothSetups('Messages as they come, over HTTP', (fixture) => {
  let server: TestServer;
  let address: string;
  let cookie: string;
  let client: SlimyClient;
  /** The connections of streams, oldest first. */
  const streams: Socket[] = [];

  beforeAll(async () => {
    server = await openServer(fixture, { RATE_LIMIT_FACTOR: '1000' });
    cookie = await server.signIn();
    server.app.server.on('request', ({ url, socket }) => {
      if (url?.includes('onNew')) streams.push(socket);
    });
    address = await server.app.listen({ host: '127.0.0.1', port: 0 });
    client = createClient({ url: address, headers: { cookie, origin: PUBLIC_URL } });
  });
  afterAll(() => server.close());

  const send = (text: string) => client.message.send.mutate({ guildId, text });

  it('go on after a lost connection where it broke off, each once', async () => {
    const { liveFrom } = await client.message.list.query({ guildId });
    const seen: string[] = [];
    let woken = () => {};
    const subscription = client.message.onNew.subscribe(
      { guildId, after: liveFrom },
      {
        onData: ({ data }) => {
          seen.push(data.text);
          woken();
        },
      },
    );
    const until = async (count: number) => {
      while (seen.length < count) {
        await new Promise<void>((resolve) => {
          woken = resolve;
        });
      }
    };
    const expected: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const texts = [1, 2, 3].map((index) => `round ${round}, ${index}`);
      for (const [index, text] of texts.entries()) {
        if (index === 1) for (const stream of streams) stream.destroy();
        await send(text);
      }
      expected.push(...texts);
      await until(expected.length);
    }
    subscription.unsubscribe();
    expect(seen).toEqual(expected);
    expect(streams.length).toBeGreaterThanOrEqual(2);
  });

  const alone = (after: string) => queryUrl('message.onNew', { guildId, after });
  const together = (after: string) =>
    liveUrl([
      { id: 1, path: 'message.onNew', input: { guildId, after } },
      { id: 2, path: 'guild.onChange', input: { guildId } },
    ]);
  it.each([
    ['alone', alone],
    ['with others', together],
  ])('wait in the database for a reader who takes nothing, not in memory, %s', async (_way, urlOf) => {
    const { liveFrom } = await client.message.list.query({ guildId });
    const text = '🐌'.repeat(10_000);
    for (let index = 0; index < 150; index += 1) await send(text);
    const reader = connect(Number(new URL(address).port), '127.0.0.1');
    await once(reader, 'connect');
    const opened = once(server.app.server, 'request');
    reader.pause();
    reader.write(`GET ${urlOf(liveFrom)} HTTP/1.1\r\nhost: slimy\r\ncookie: ${cookie}\r\n\r\n`);
    await opened;
    // Six megabytes stand ready. What the server holds for this reader grows to its bound and stays there.
    const written = () => streams.at(-1)?.bytesWritten ?? 0;
    for (let before = -1; written() === 0 || written() > before;) {
      before = written();
      await client.message.list.query({ guildId, limit: 1 });
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(streams.at(-1)?.writableLength ?? Infinity).toBeLessThan(2_000_000);
    let received = 0;
    reader.on('data', (chunk) => {
      received += chunk.length;
    });
    reader.resume();
    await expect.poll(() => received, { timeout: 30_000 }).toBeGreaterThan(6_000_000);
    reader.destroy();
  });
});
