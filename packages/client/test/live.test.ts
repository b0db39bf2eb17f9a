import { EventEmitter, on } from 'node:events';
import { headerNames, type GuildChange } from '@slimy/contract';
import { initTRPC, tracked, TRPCError } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { SuperJSON } from 'superjson';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createClient, isSlimyError } from '../src/index.ts';

const guildId = '123456789012345678';
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Opened {
  readonly lastEventId: string | null;
  readonly headers: Headers;
}

/** A real tRPC server that streams what it is told, and can cut its streams off. */
async function streamingServer() {
  const trpc = initTRPC.context<{ headers: Headers }>().create({ transformer: SuperJSON });
  const changes = new EventEmitter();
  const opened: Opened[] = [];
  const input = z.object({ guildId: z.string(), lastEventId: z.string().optional() });
  const router = trpc.router({
    guild: trpc.router({
      onChange: trpc.procedure.input(input).subscription(async function* ({ input: asked, ctx, signal }) {
        if (asked.guildId !== guildId) throw new TRPCError({ code: 'FORBIDDEN' });
        opened.push({ lastEventId: asked.lastEventId ?? null, headers: ctx.headers });
        const events = on(changes, 'change', signal ? { signal } : {});
        changes.emit('opened');
        for await (const [id, what] of events) {
          yield tracked(String(id), { guildId, what: String(what), at: new Date(0) });
        }
      }),
    }),
  });
  const server = createHTTPServer({
    router,
    basePath: '/trpc/',
    createContext: ({ req }) => ({
      headers: new Headers(Object.entries(req.headers).map(([n, v]) => [n, String(v)])),
    }),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  closers.push(() => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    return closed;
  });
  return {
    url: `http://127.0.0.1:${address.port}`,
    opened,
    nextOpening: () => new Promise((resolve) => changes.once('opened', resolve)),
    change: (id: string, what: GuildChange['what']) => changes.emit('change', id, what),
    cutOff: () => server.closeAllConnections(),
  };
}

/** Collects events, to be waited for by their number. */
function collector() {
  const received: { readonly id: string; readonly data: GuildChange }[] = [];
  const waiting = new EventEmitter();
  return {
    received,
    onData: (event: { readonly id: string; readonly data: GuildChange }) => {
      received.push(event);
      waiting.emit('received');
    },
    async count(wanted: number) {
      while (received.length < wanted) await new Promise((resolve) => waiting.once('received', resolve));
      return received.slice(0, wanted);
    },
  };
}

describe('subscriptions', () => {
  it('give typed events, and carry token and acting person', async () => {
    const server = await streamingServer();
    const client = createClient({ url: server.url, token: 'secret' }).as('223456789012345678');
    const events = collector();
    const opening = server.nextOpening();
    const stream = client.guild.onChange.subscribe({ guildId }, events);
    await opening;
    server.change('e1', 'settings');
    expect(await events.count(1)).toEqual([
      { id: 'e1', data: { guildId, what: 'settings', at: new Date(0) } },
    ]);
    expect(server.opened[0]?.headers.get('authorization')).toBe('Bearer secret');
    expect(server.opened[0]?.headers.get(headerNames.actingAs)).toBe('223456789012345678');
    stream.unsubscribe();
  });

  it('go on after the last event when the connection breaks', async () => {
    const server = await streamingServer();
    const events = collector();
    const first = server.nextOpening();
    const stream = createClient({ url: server.url }).guild.onChange.subscribe({ guildId }, events);
    await first;
    server.change('e1', 'guild');
    await events.count(1);
    const second = server.nextOpening();
    server.cutOff();
    await second;
    server.change('e2', 'members');
    expect((await events.count(2)).map(({ id }) => id)).toEqual(['e1', 'e2']);
    expect(server.opened.map(({ lastEventId }) => lastEventId)).toEqual([null, 'e1']);
    stream.unsubscribe();
  });

  it('that are equal share one stream until the last is left', async () => {
    const server = await streamingServer();
    const client = createClient({ url: server.url });
    const [one, two] = [collector(), collector()];
    const opening = server.nextOpening();
    const streams = [one, two].map((events) => client.guild.onChange.subscribe({ guildId }, events));
    await opening;
    server.change('e1', 'guild');
    await Promise.all([one.count(1), two.count(1)]);
    streams[0]?.unsubscribe();
    server.change('e2', 'guild');
    await two.count(2);
    expect(one.received).toHaveLength(1);
    expect(server.opened).toHaveLength(1);
    streams[1]?.unsubscribe();
  });

  it('are opened again when something in between closes them', async () => {
    const server = await streamingServer();
    let requests = 0;
    const client = createClient({
      url: server.url,
      fetch: async (...request) => {
        requests += 1;
        return requests === 1 ? new Response('bad gateway', { status: 502 }) : fetch(...request);
      },
    });
    const events = collector();
    const opening = server.nextOpening();
    const stream = client.guild.onChange.subscribe({ guildId }, events);
    await opening;
    server.change('e1', 'guild');
    expect(await events.count(1)).toHaveLength(1);
    expect(requests).toBe(2);
    stream.unsubscribe();
  });

  it('that are refused say so and do not try again', async () => {
    const server = await streamingServer();
    const error = await new Promise((resolve) => {
      createClient({ url: server.url }).guild.onChange.subscribe(
        { guildId: '999999999999999999' },
        { onError: resolve },
      );
    });
    expect(isSlimyError(error) && error.reason).toBe('action_not_allowed');
    expect(server.opened).toEqual([]);
  });
});
