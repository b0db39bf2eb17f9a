import { describeOnBothSetups } from '@slimy/testing';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openServer, otherGuild, ownGuild, queryUrl, type TestServer } from './support/open-server.ts';

/** Makes a call go through tRPC's own handler: it alone reads this header. */
const throughTrpc = { 'trpc-accept': 'application/json' };

/** The headers but for how the bytes are framed and when: tRPC streams its answer, so it has no length. */
function meaning({ headers }: LightMyRequestResponse): object {
  const { date: _, 'content-length': _length, 'transfer-encoding': _framing, ...rest } = headers;
  return { ...rest, 'content-type': String(rest['content-type']).replace('; charset=utf-8', '') };
}

describeOnBothSetups('A query answered on the short way and through tRPC', (fixture) => {
  let server: TestServer;
  let cookie: string;
  beforeAll(async () => {
    server = await openServer(fixture);
    cookie = await server.signIn();
  });
  afterAll(async () => {
    await server.close();
  });

  it.each([
    ['an answer with dates', queryUrl('guild.byId', { guildId: ownGuild })],
    ['an answer with a page of members', queryUrl('guild.byId', { guildId: ownGuild, includeMembers: true })],
    ['an answer with optional fields', queryUrl('user.byDiscordId', { discordId: '10000000000000000' })],
    ['a list', queryUrl('guild.members.list', { guildId: ownGuild, limit: 5, search: 'o' })],
    ['an answer without input', queryUrl('guild.mine')],
    ['a page of guilds', queryUrl('guild.mine', { limit: 1 })],
    [
      'plus signs and other scripts',
      queryUrl('guild.members.list', { guildId: ownGuild, search: 'a+b カ タ' }).replaceAll('%20', '+'),
    ],
    ['a wrong input', queryUrl('guild.byId', { guildId: 7, more: true })],
    ['an input that is no JSON', '/trpc/guild.byId?input=%7B%22json'],
    ['an input without envelope', '/trpc/guild.byId?input=%5B%5D'],
    ['an empty input', '/trpc/guild.byId?input='],
    ['two inputs', `${queryUrl('guild.byId', { guildId: ownGuild })}&input=%7B%7D`],
    ['something hidden', queryUrl('guild.byId', { guildId: '123456789012345678' })],
    ['something forbidden', queryUrl('system.health')],
    ['a member without the action', queryUrl('guild.can', { guildId: otherGuild, action: 'delete_guild' })],
    ['an unknown name', queryUrl('guild.nothing')],
    ['a mutation', queryUrl('guild.settings.update', { guildId: ownGuild })],
  ])('is the same byte for byte and header for header: %s', async (_, url) => {
    const headers = { cookie, 'x-request-id': 'same-for-both' };
    const short = await server.send({ url, headers });
    const long = await server.send({ url, headers: { ...headers, ...throughTrpc } });
    expect(short.body).toBe(long.body);
    expect(short.statusCode).toBe(long.statusCode);
    expect(meaning(short)).toEqual(meaning(long));
  });

  it('is the same for somebody who is not signed in', async () => {
    const headers = { 'x-request-id': 'same-for-both' };
    const url = queryUrl('guild.byId', { guildId: ownGuild });
    const short = await server.send({ url, headers });
    const long = await server.send({ url, headers: { ...headers, ...throughTrpc } });
    expect([short.statusCode, short.body]).toEqual([long.statusCode, long.body]);
    expect(short.statusCode).toBe(401);
  });

  it('is the same when a service has a defect, of which nothing is said', async () => {
    const url = queryUrl('guild.members.list', { guildId: ownGuild, search: 'never asked before' });
    const headers = { cookie, 'x-request-id': 'same-for-both' };
    const broken = {
      ...server.core.services.members,
      list: () => Promise.reject(new Error('at secret.js:1')),
    };
    const list = server.core.services.members.list;
    Object.assign(server.core.services.members, broken);
    try {
      const short = await server.send({ url, headers });
      const long = await server.send({ url, headers: { ...headers, ...throughTrpc } });
      expect([short.statusCode, short.body]).toEqual([long.statusCode, long.body]);
      expect(short.json().error.json.data.reason).toBe('internal');
      expect(short.body).not.toContain('secret.js');
    } finally {
      Object.assign(server.core.services.members, { list });
    }
  });
});
