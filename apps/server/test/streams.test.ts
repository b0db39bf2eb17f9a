import { describeOnBothSetups } from '@slimy/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventStream } from './support/event-stream.ts';
import {
  openServer,
  otherGuild,
  ownGuild,
  PUBLIC_URL,
  queryUrl,
  type TestServer,
} from './support/open-server.ts';

const fact = /data: (\{.*?"what":"(\w+)".*\})\nid: (\d+)/;

describeOnBothSetups('A stream of what changes in a guild', (fixture) => {
  let server: TestServer;
  let cookie: string;
  let address: string;
  let version = 0;
  beforeAll(async () => {
    server = await openServer(fixture);
    cookie = await server.signIn();
    address = await server.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await server.close();
  });

  const open = (more: Record<string, string> = {}, guildId = ownGuild) =>
    EventStream.open(`${address}${queryUrl('guild.onChange', { guildId })}`, { cookie, ...more });
  async function save(notes: string): Promise<void> {
    const { statusCode } = await server.send({
      method: 'POST',
      url: '/trpc/guild.settings.update',
      headers: { cookie, origin: PUBLIC_URL, 'content-type': 'application/json' },
      payload: JSON.stringify({ json: { guildId: ownGuild, version, settings: { notes } } }),
    });
    expect(statusCode).toBe(200);
    version += 1;
  }

  it('tells what changed, with an id to come back with, and skips nothing of the time between', async () => {
    const stream = await open();
    await stream.until(/event: connected/);
    await save('one');
    const [, first = '', what, id = ''] = await stream.until(fact);
    expect(what).toBe('settings');
    expect(JSON.parse(first)).toMatchObject({
      json: { guildId: ownGuild, what: 'settings' },
      meta: { values: { at: ['Date'] } },
    });
    await stream.leave();

    await save('two');
    await save('three');
    const back = await open({ 'last-event-id': id });
    const [, , , second] = await back.until(fact);
    const [, , , third] = await back.until(fact);
    expect([Number(second), Number(third)]).toEqual([Number(id) + 1, Number(id) + 2]);
    await back.leave();
  });

  it('tells nothing to who may not watch', async () => {
    for (const [headers, guildId, reason] of [
      [{}, '123456789012345678', 'not_found'],
      [{ cookie: '' }, ownGuild, 'not_signed_in'],
    ] as const) {
      const stream = await open(headers, guildId);
      const [, said = ''] = await stream.until(/event: serialized-error\ndata: (.*)\n/);
      expect(JSON.parse(said)).toMatchObject({ json: { data: { reason } } });
      await stream.leave();
    }
  });

  it('is not opened for a page of another origin', async () => {
    const url = queryUrl('guild.onChange', { guildId: otherGuild });
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await server.send({ url, headers: { cookie, ...headers } });
      expect([answer.statusCode, answer.json().error.json.data.reason]).toEqual([403, 'foreign_origin']);
    }
  });

  it('ends when its session is revoked, and no other with it', async () => {
    const mine = await open();
    const theirs = await open({ cookie: await server.signIn() });
    await mine.until(/event: connected/);
    await theirs.until(/event: connected/);
    await server.send({ method: 'POST', url: '/auth/logout', headers: { cookie, origin: PUBLIC_URL } });
    await mine.ended();
    cookie = await server.signIn();
    await save('after the end');
    await theirs.until(fact);
    await theirs.leave();
  });

  it('ends when the server stops, without holding it up', async () => {
    const stream = await open();
    await stream.until(/event: connected/);
    const began = performance.now();
    await server.app.close();
    await stream.ended();
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
