import { limits, liveMessage, type LiveMessage } from '@slimy/contract';
import { describeOnBothSetups } from '@slimy/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { EventStream } from './support/event-stream.ts';
import { liveUrl, type Wanted } from './support/live-list.ts';
import { openServer, ownGuild, PUBLIC_URL, type TestServer } from './support/open-server.ts';

const guildId = ownGuild;
const change: Wanted = { id: 1, path: 'guild.onChange', input: { guildId } };
const asList = (list: unknown) => `/trpc-live?list=${encodeURIComponent(JSON.stringify(list))}`;
const many = (count: number) =>
  Array.from({ length: count }, (_, id) => ({ ...change, id, input: { json: change.input } }));
const failed = z.object({ json: z.object({ data: z.object({ reason: z.string() }) }) });
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

/** What can be wrong with a list as a whole. */
const lists: readonly (readonly [name: string, url: string, reason: string])[] = [
  ['no list', '/trpc-live', 'malformed_body'],
  ['two lists', '/trpc-live?list=[]&list=[]', 'malformed_body'],
  ['no JSON', '/trpc-live?list=[{', 'malformed_body'],
  ['an empty list', asList([]), 'malformed_body'],
  ['no list but a thing', asList({ 0: change }), 'malformed_body'],
  ['a subscription without a number', asList([{ path: change.path }]), 'malformed_body'],
  ['a number that is none', asList([{ ...change, id: 1.5 }]), 'malformed_body'],
  ['two under one number', asList([change, change]), 'malformed_body'],
  ['a path that is no text', asList([{ ...change, path: ['guild.onChange'] }]), 'malformed_body'],
  ['a path without end', asList([{ ...change, path: 'x'.repeat(101) }]), 'malformed_body'],
  ['a place without end', asList([{ ...change, lastEventId: '1'.repeat(201) }]), 'malformed_body'],
  ['more than it knows', asList([{ ...change, actingAs: '1' }]), 'malformed_body'],
  ['something nested deep', asList([{ ...change, input: nested(60) }]), 'malformed_body'],
  [
    'a reach for prototypes',
    `/trpc-live?list=${encodeURIComponent('[{"id":1,"path":"guild.onChange","input":{"__proto__":{}}}]')}`,
    'malformed_body',
  ],
  ['too many', asList(many(limits.liveSubscriptionsMax + 1)), 'batch_too_large'],
  ['too long a text', `/trpc-live?list=${'1'.repeat(limits.liveListMax + 1)}`, 'batch_too_large'],
];

describeOnBothSetups('The stream of a client', (fixture) => {
  let server: TestServer;
  let cookie: string;
  let address: string;
  beforeAll(async () => {
    server = await openServer(fixture);
    cookie = await server.signIn();
    address = await server.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await server.close();
  });

  const open = (list: readonly Wanted[], headers: Record<string, string> = { cookie }) =>
    EventStream.open(`${address}${liveUrl(list)}`, headers);
  async function nextOf(stream: EventStream): Promise<LiveMessage> {
    const [, text = ''] = await stream.until(/data: (\{.*\})\n\n/);
    return liveMessage.parse(JSON.parse(text));
  }
  /** What became of each subscription of a list: the reason of its failure, or `begun`. */
  async function outcomes(list: readonly Wanted[], headers?: Record<string, string>) {
    const stream = await open(list, headers);
    const told = new Map<number, string>();
    while (told.size < list.length) {
      const message = await nextOf(stream);
      if (message.type === 'begun') told.set(message.id, 'begun');
      if (message.type === 'failed') told.set(message.id, failed.parse(message.error).json.data.reason);
    }
    await stream.leave();
    return list.map(({ id }) => told.get(id));
  }
  async function reasonOf(url: string, headers: Record<string, string> = { cookie }): Promise<string> {
    const answer = await server.send({ url, headers });
    return `${answer.statusCode} ${answer.json().error.json.data.reason}`;
  }

  it.each(lists)('is not opened for a list with %s', async (_name, url, reason) => {
    expect(await reasonOf(url)).toBe(`400 ${reason}`);
  });

  it('is counted and asked to sign in before it is told what is wrong with its list', async () => {
    const strange = async () => {
      const answer = await server.send({ url: '/trpc-live?list=[{', remoteAddress: '10.2.2.2' });
      return String(answer.json().error.json.data.reason);
    };
    const reasons: string[] = [];
    while (reasons.length < 620) reasons.push(await strange());
    expect(new Set(reasons.slice(0, 600))).toEqual(new Set(['not_signed_in']));
    expect(reasons.at(-1)).toBe('rate_limited');
  });

  it('is not opened for a page of another origin, nor by another method', async () => {
    const url = liveUrl([change]);
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect(await reasonOf(url, { cookie, ...headers })).toBe('403 foreign_origin');
    }
    const posted = await server.send({ method: 'POST', url, headers: { cookie, origin: PUBLIC_URL } });
    expect(posted.statusCode).toBe(404);
  });

  it('says what is wrong with one subscription under its number, and carries the others', async () => {
    const input = { guildId };
    const list: readonly (readonly [wanted: Wanted, outcome: string])[] = [
      [change, 'begun'],
      [{ id: 2, path: 'no.such', input }, 'unknown_procedure'],
      [{ id: 3, path: 'guild.byId', input }, 'unknown_procedure'],
      [{ id: 4, path: 'guild.settings.update', input }, 'unknown_procedure'],
      [{ id: 5, path: 'toString', input }, 'unknown_procedure'],
      [{ id: 6, path: 'guild.onChange', input: { guildId: '123456789012345678' } }, 'not_found'],
      [{ id: 7, path: 'guild.onChange' }, 'invalid_input'],
      [{ id: 8, path: 'guild.onChange', input, lastEventId: 'not ours' }, 'invalid_input'],
      [{ id: 9, path: 'guild.onChange', input: { ...input, more: 1 } }, 'invalid_input'],
      [{ id: 10, path: 'message.onNew', input }, 'begun'],
    ];
    expect(await outcomes(list.map(([wanted]) => wanted))).toEqual(list.map(([, outcome]) => outcome));
  });

  it('tells nobody more than they may, and ends when nothing is left to tell', async () => {
    const bot = { authorization: `Bearer ${server.botToken}` };
    for (const [headers, reason] of [
      [{}, 'not_signed_in'],
      [{ authorization: 'Bearer nobody-s' }, 'bad_credentials'],
      [bot, 'not_via_bot'],
      [{ ...bot, 'x-slimy-acting-as': 'nobody' }, 'bad_credentials'],
    ] as const) {
      expect(await outcomes([change, { ...change, id: 2 }], headers)).toEqual([reason, reason]);
      await (await open([change], headers)).ended();
    }
  });

  it('counts each of its subscriptions, as calls of their own', async () => {
    const busy = await openServer(fixture);
    const own = await busy.signIn();
    const input = { guildId: '123456789012345678' };
    const list = Array.from({ length: 40 }, (_, id) => ({ id, path: 'guild.onChange', input }));
    const reasons: string[] = [];
    for (let stream = 0; stream < 16; stream += 1) {
      const { body } = await busy.send({ url: liveUrl(list), headers: { cookie: own } });
      reasons.push(...[...body.matchAll(/"reason":"(\w+)"/g)].map(([, reason = '']) => reason));
    }
    expect(reasons).toHaveLength(640);
    expect(reasons.filter((reason) => reason === 'rate_limited')).toHaveLength(40);
    await busy.close();
  });

  it('says which of its subscriptions broke while it ran, and the log says why', async () => {
    const broken = await openServer(fixture);
    const at = await broken.app.listen({ host: '127.0.0.1', port: 0 });
    const headers = { cookie: await broken.signIn() };
    const message: Wanted = { id: 2, path: 'message.onNew', input: { guildId } };
    const stream = await EventStream.open(`${at}${liveUrl([change, message])}`, headers);
    await stream.until(/"type":"begun","id":2/);
    const sent = await broken.send({
      method: 'POST',
      url: '/trpc/message.send',
      headers: { ...headers, origin: PUBLIC_URL, 'content-type': 'application/json' },
      payload: JSON.stringify({ json: { guildId, text: 'well' } }),
    });
    expect(sent.statusCode).toBe(200);
    await stream.until(/"type":"event","id":2/);
    // What no version of the program has written, one place further.
    await broken.database.sql.execute(
      "UPDATE chat_messages SET id = 'no id!', sequence = sequence + 1 WHERE guild_id = ?",
      [guildId],
    );
    await broken.database.sql.execute('UPDATE rooms SET sequence = sequence + 1');
    const [, reason] = await stream.until(/"type":"failed","id":2.*?"reason":"(\w+)"/);
    expect(reason).toBe('internal');
    expect(broken.log.filter((line) => line.includes('message.onNew: internal'))).toHaveLength(1);
    await stream.leave();
    await broken.close();
  });

  it('is kept out of caches, and ends with the server without holding it up', async () => {
    const leaving = await openServer(fixture);
    const at = await leaving.app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${at}${liveUrl([change])}`, { headers: { cookie: await leaving.signIn() } });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(answer.headers.get('cache-control')).toBe('no-store, no-transform');
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const began = performance.now();
    await leaving.close();
    await answer.text().catch(() => '');
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(leaving.log).toEqual([]);
  });

  it('gives back the places of its subscriptions when its client is gone', async () => {
    const input = { guildId };
    const list = Array.from({ length: 40 }, (_, id) => ({ id, path: 'guild.onChange', input }));
    const begun = list.map(() => 'begun');
    for (let time = 0; time < 3; time += 1) await expect.poll(() => outcomes(list)).toEqual(begun);
  });
});
