import { headerNames, type GuildChange, type LiveMessage } from '@slimy/contract';
import { SuperJSON } from 'superjson';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient, isSlimyError, type SlimyClient } from '../src/index.ts';
import { refusal } from './stand-in-server.ts';
import { startStreamingStandIn, type OpenedStream } from './streaming-stand-in.ts';

const guildId = '123456789012345678';
const otherId = '223456789012345678';

let server: Awaited<ReturnType<typeof startStreamingStandIn>>;
const leaving: (() => void)[] = [];
beforeEach(async () => {
  server = await startStreamingStandIn();
});
afterEach(async () => {
  vi.useRealTimers();
  for (const leave of leaving.splice(0)) leave();
  await server.close();
});

/** Follows a guild and keeps, in their order, what was told. */
function follow(client: SlimyClient, guild = guildId, onEvent: () => void = () => {}) {
  const told: string[] = [];
  const events: { readonly id: string; readonly data: GuildChange }[] = [];
  const errors: unknown[] = [];
  const subscription = client.guild.onChange.subscribe(
    { guildId: guild },
    {
      onStarted: () => told.push('started'),
      onStopped: () => told.push('stopped'),
      onConnectionStateChange: ({ state, error }) => told.push(error ? `${state} after an error` : state),
      onData: (event) => {
        told.push(event.id);
        events.push(event);
        onEvent();
      },
      onError: (error) => {
        told.push(isSlimyError(error) ? error.reason : 'foreign error');
        errors.push(error);
      },
      onComplete: () => told.push('complete'),
    },
  );
  const leave = () => subscription.unsubscribe();
  leaving.push(leave);
  return { told, events, errors, leave, has: (what: string) => expect.poll(() => told).toContain(what) };
}

const begun = (id: number, place: string): LiveMessage => ({ type: 'begun', id, place });
const event = (id: number, place: string, what: GuildChange['what'] = 'guild'): LiveMessage => ({
  type: 'event',
  id,
  place,
  data: SuperJSON.serialize({ guildId, what, at: new Date(0) }),
});
const failed = (id: number, code: string, reason: string, details: object = {}): LiveMessage => ({
  type: 'failed',
  id,
  error: refusal(code, reason, 'Said by the server.', details).error,
});
const places = ({ list }: OpenedStream) => list.map(({ lastEventId }) => lastEventId ?? null);

describe('subscriptions', () => {
  it('give typed events, and carry token and acting person', async () => {
    const followed = follow(createClient({ url: server.url, token: 'secret' }).as(otherId));
    const stream = await server.opened(1);
    expect(stream.list).toEqual([{ id: 1, path: 'guild.onChange', input: { json: { guildId } } }]);
    expect(stream.headers).toMatchObject({
      authorization: 'Bearer secret',
      [headerNames.actingAs]: otherId,
      [headerNames.contractHash]: expect.any(String),
    });
    stream.say(begun(1, '7'));
    stream.say(event(1, '8', 'settings'));
    await followed.has('8');
    expect(followed.events).toEqual([{ id: '8', data: { guildId, what: 'settings', at: new Date(0) } }]);
    expect(followed.told).toEqual(['connecting', 'started', 'pending', '8']);
  });

  it('share one connection for each acting person, whose set of one moment opens it once', async () => {
    const client = createClient({ url: server.url, token: 'secret' });
    const passing = follow(client, '323456789012345678');
    passing.leave();
    for (const one of [client, client.as(otherId), client.as(otherId)]) {
      follow(one);
      follow(one, otherId);
    }
    const [own, theirs] = [await server.opened(1), await server.opened(2)];
    expect([own, theirs].map(({ list }) => list.length)).toEqual([2, 4]);
    expect([own, theirs].map(({ headers }) => headers[headerNames.actingAs])).toEqual([undefined, otherId]);
    expect(server.streams).toHaveLength(2);
  });

  it('go on where each of them stood when their set changes, and nobody is told of it', async () => {
    const client = createClient({ url: server.url });
    const [one, quiet] = [follow(client), follow(client, otherId)];
    const first = await server.opened(1);
    first.say(begun(1, '7'));
    first.say(begun(2, '30'));
    first.say(event(1, '8'));
    await one.has('8');
    const third = follow(client, '323456789012345678');
    const second = await server.opened(2);
    await first.left;
    expect(places(second)).toEqual(['8', '30', null]);
    second.say(begun(1, '8'));
    second.say(begun(2, '30'));
    second.say(begun(3, '2'));
    second.say(event(1, '9'));
    await Promise.all([one.has('9'), third.has('started')]);
    expect(one.told).toEqual(['connecting', 'started', 'pending', '8', '9']);
    expect(quiet.told).toEqual(['connecting', 'started', 'pending']);
    quiet.leave();
    expect(places(await server.opened(3))).toEqual(['9', '2']);
    one.leave();
    third.leave();
    await (
      await server.opened(3)
    ).left;
  });

  it('hear nothing more of a connection that was left for another', async () => {
    const client = createClient({ url: server.url });
    const one = follow(client, guildId, () => {
      if (one.events.length === 1) follow(client, otherId);
    });
    const first = await server.opened(1);
    const next = server.opened(2);
    first.say(begun(1, '7'));
    first.say(event(1, '8'));
    const second = await next;
    first.say(event(1, '9'));
    second.say(event(1, '9'));
    second.say(event(1, '10'));
    await one.has('10');
    expect(one.events.map(({ id }) => id)).toEqual(['8', '9', '10']);
  });

  it.each([
    ['is cut', (stream: OpenedStream) => stream.cut()],
    ['ends', (stream: OpenedStream) => stream.end()],
  ])('go on after the last event when the connection %s', async (_how, breakOff) => {
    const followed = follow(createClient({ url: server.url }));
    const first = await server.opened(1);
    first.say(begun(1, '7'));
    first.say(event(1, '8'));
    await followed.has('8');
    breakOff(first);
    const second = await server.opened(2);
    expect(places(second)).toEqual(['8']);
    second.say(begun(1, '8'));
    second.say(event(1, '9'));
    await followed.has('9');
    expect(followed.told.slice(3)).toEqual(['8', 'connecting after an error', 'started', 'pending', '9']);
  });

  it('that are equal are one until the last is left', async () => {
    const client = createClient({ url: server.url });
    const [one, two] = [follow(client), follow(client)];
    const stream = await server.opened(1);
    expect(stream.list).toHaveLength(1);
    stream.say(event(1, '8'));
    await Promise.all([one.has('8'), two.has('8')]);
    one.leave();
    stream.say(event(1, '9'));
    await two.has('9');
    expect(one.events).toHaveLength(1);
    two.leave();
    await stream.left;
    expect(server.streams).toHaveLength(1);
  });

  it('are opened again when something in between answers', async () => {
    server.refuse(
      { status: 502, body: 'bad gateway' },
      { status: 200, type: 'text/html', body: '<p>Sign in to this network</p>' },
      { status: 503, ...refusedWhole('SERVICE_UNAVAILABLE', 'shutting_down') },
    );
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const followed = follow(createClient({ url: server.url }));
    while (server.streams.length === 0) {
      await vi.advanceTimersByTimeAsync(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    (await server.opened(1)).say(begun(1, '1'));
    vi.useRealTimers();
    await followed.has('started');
    expect(followed.told.filter((what) => what === 'connecting after an error')).toHaveLength(3);
  });

  it('are taken up again when nothing is heard for long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const followed = follow(createClient({ url: server.url }));
    await vi.advanceTimersByTimeAsync(0);
    const first = await server.opened(1);
    first.say(begun(1, '7'));
    while (!followed.told.includes('started')) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(39_000);
    expect(followed.told.at(-1)).toBe('pending');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(followed.told.at(-1)).toBe('connecting after an error');
    await first.left;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(places(await server.opened(2))).toEqual(['7']);
  });

  it('that are refused say why, do not try again, and leave the others alone', async () => {
    const client = createClient({ url: server.url });
    const [refused, other] = [follow(client), follow(client, otherId)];
    const stream = await server.opened(1);
    stream.say(failed(1, 'FORBIDDEN', 'action_not_allowed', { remedy: 'Ask an admin.' }));
    stream.say(begun(2, '7'));
    stream.say(event(2, '8'));
    await other.has('8');
    expect(refused.told).toEqual(['connecting', 'action_not_allowed']);
    expect(refused.errors).toMatchObject([
      {
        reason: 'action_not_allowed',
        code: 'FORBIDDEN',
        message: 'Said by the server.',
        remedy: 'Ask an admin.',
      },
    ]);
    stream.say({ type: 'ended', id: 2 });
    await other.has('complete');
    expect(other.told.slice(-3)).toEqual(['stopped', 'idle', 'complete']);
    await stream.left;
    expect(server.streams).toHaveLength(1);
  });

  it('that are refused together say why', async () => {
    server.refuse({ status: 403, ...refusedWhole('FORBIDDEN', 'foreign_origin') });
    const client = createClient({ url: server.url });
    const both = [follow(client), follow(client, otherId)];
    await Promise.all(both.map(({ has }) => has('foreign_origin')));
    expect(server.streams).toHaveLength(0);
  });

  it('that failed for a passing reason are tried again, and the others go on meanwhile', async () => {
    const client = createClient({ url: server.url });
    const [away, other] = [follow(client), follow(client, otherId)];
    const first = await server.opened(1);
    first.say(begun(2, '7'));
    first.say(failed(1, 'SERVICE_UNAVAILABLE', 'database_unavailable'));
    first.say(event(2, '8'));
    await Promise.all([away.has('connecting after an error'), other.has('8')]);
    const second = await server.opened(2);
    expect(places(second)).toEqual([null, '8']);
    second.say(begun(1, '1'));
    await away.has('started');
    expect(other.told).toEqual(['connecting', 'started', 'pending', '8']);
  });

  it('keep to a rate: a new one is refused for it, one that ran waits', async () => {
    const client = createClient({ url: server.url });
    const running = follow(client);
    (await server.opened(1)).say(begun(1, '7'));
    await running.has('started');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const late = follow(client, otherId);
    await vi.advanceTimersByTimeAsync(0);
    const second = await server.opened(2);
    for (const id of [1, 2])
      second.say(failed(id, 'TOO_MANY_REQUESTS', 'rate_limited', { retryAfterSeconds: 5 }));
    while (!late.told.includes('rate_limited')) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(4_900);
    expect(server.streams).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(100);
    expect((await server.opened(3)).list).toMatchObject([{ id: 1, lastEventId: '7' }]);
    expect(running.errors).toEqual([]);
  });

  it('are put together from pieces, wherever they are cut', async () => {
    const followed = follow(createClient({ url: server.url }));
    const stream = await server.opened(1);
    const data = SuperJSON.serialize({ guildId: '🐌', what: 'guild', at: new Date(0) });
    const bytes = new TextEncoder().encode(
      `: a comment\r\n\r\ndata: ${JSON.stringify({ type: 'event', id: 1, place: '8', data })}\r\n\r\n`,
    );
    for (const byte of bytes) {
      stream.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await followed.has('8');
    expect(followed.events[0]?.data.guildId).toBe('🐌');
  });

  it('end with an error when what comes makes no sense', async () => {
    const followed = follow(createClient({ url: server.url }));
    (await server.opened(1)).write('data: {"type":"news"}\n\n');
    await followed.has('unreadable_answer');
  });

  it('do not fall with one whose program throws', async () => {
    const client = createClient({ url: server.url });
    const [clumsy, other] = [
      follow(client, guildId, () => {
        throw new Error('clumsy');
      }),
      follow(client, otherId),
    ];
    const first = await server.opened(1);
    first.say(begun(2, '7'));
    first.say(event(1, '8'));
    first.say(event(2, '8'));
    await Promise.all([clumsy.has('unreadable_answer'), other.has('8')]);
    expect((await server.opened(2)).list).toMatchObject([{ id: 2, lastEventId: '8' }]);
  });
});

/** The answer of a server that refuses a stream as a whole. */
function refusedWhole(code: string, reason: string) {
  return { body: JSON.stringify(refusal(code, reason, 'Said by the server.')) };
}
