import { describeOnEachPair } from '@slimy/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openServer, ownGuild, PUBLIC_URL, queryUrl, type TestServer } from './support/open-server.ts';

const errorBody = z.object({
  error: z.object({
    json: z.object({
      message: z.string(),
      data: z.object({ code: z.string(), reason: z.string(), requestId: z.string() }),
    }),
  }),
});
/** What no answer may ever hold. */
const secrets = /node_modules|\.js:\d+|at .+\(|stack|SELECT |INSERT |prisma|mysql:|ECONN/i;
const json = { 'content-type': 'application/json' };

describeOnEachPair('The door of the server', (fixture) => {
  let server: TestServer;
  let cookie: string;
  beforeAll(async () => {
    server = await openServer(fixture, { RATE_LIMIT_FACTOR: '1000' });
    cookie = await server.signIn();
  });
  afterAll(async () => {
    await server.close();
  });

  /** Sends a request that must be refused, and gives the reason. */
  async function refusalOf(request: Parameters<TestServer['send']>[0]): Promise<string> {
    const answer = await server.send(request);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.body).not.toMatch(secrets);
    const body: unknown = answer.json();
    // A batch is refused call by call, or as a whole.
    const refused = z.array(errorBody).parse(Array.isArray(body) ? body : [body]);
    const reasons = refused.map(
      ({
        error: {
          json: { data, message },
        },
      }) => {
        expect(message).not.toBe('');
        expect(data.requestId).toBe(answer.headers['x-request-id']);
        return `${answer.statusCode} ${data.code} ${data.reason}`;
      },
    );
    return [...new Set(reasons)].join(', ');
  }

  const change = (body: string, headers: Record<string, string> = {}) => ({
    method: 'POST' as const,
    url: '/trpc/guild.settings.update',
    headers: { cookie, origin: PUBLIC_URL, ...json, ...headers },
    payload: body,
  });
  const notes = (text: string, version = 0) =>
    JSON.stringify({ json: { guildId: ownGuild, version, settings: { notes: text } } });

  it.each([
    ['no JSON', '{"json":', '400 PARSE_ERROR malformed_body'],
    ['nothing', '', '400 PARSE_ERROR malformed_body'],
    ['a bare text', '"json"', '400 PARSE_ERROR malformed_body'],
    ['null', 'null', '400 PARSE_ERROR malformed_body'],
    ['another shape', '{"guildId":"1"}', '400 PARSE_ERROR malformed_body'],
    ['__proto__', '{"json":{"__proto__":{"admin":true}}}', '400 PARSE_ERROR malformed_body'],
    ['__proto__ in escapes', '{"json":{"\\u005f\\u005fproto__":{}}}', '400 PARSE_ERROR malformed_body'],
    ['constructor', '{"json":{"constructor":{"prototype":{}}}}', '400 PARSE_ERROR malformed_body'],
    [
      'a path into prototypes',
      '{"json":{},"meta":{"values":{"a.__proto__.b":["Date"]}}}',
      '400 PARSE_ERROR malformed_body',
    ],
    ['an expression', '{"json":"/(a+)+$/","meta":{"values":["regexp"]}}', '400 PARSE_ERROR malformed_body'],
    ['a deep nesting', `{"json":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, '400 PARSE_ERROR malformed_body'],
    ['too many values', `{"json":[${'0,'.repeat(150_000)}0]}`, '400 PARSE_ERROR malformed_body'],
    ['too many bytes', `{"json":"${'x'.repeat(1_100_000)}"}`, '413 PAYLOAD_TOO_LARGE body_too_large'],
    [
      'a wrong type',
      '{"json":{"guildId":7,"version":0,"settings":{"notes":"x"}}}',
      '400 BAD_REQUEST invalid_input',
    ],
    [
      'an operator object for a text',
      `{"json":{"guildId":{"not":""},"version":0,"settings":{"notes":"x"}}}`,
      '400 BAD_REQUEST invalid_input',
    ],
    [
      'an unknown field',
      `{"json":{"guildId":"${ownGuild}","version":0,"settings":{"notes":"x"},"role":"owner"}}`,
      '400 BAD_REQUEST invalid_input',
    ],
  ])('refuses a body with %s', async (_, body, refusal) => {
    expect(await refusalOf(change(body))).toBe(refusal);
  });

  it('takes a mutation of its own page', async () => {
    expect((await server.send(change(notes('own page')))).statusCode).toBe(200);
    const headers = { cookie, ...json, 'sec-fetch-site': 'same-origin' };
    const request = { method: 'POST' as const, url: '/trpc/user.settings.update', headers };
    expect((await server.send({ ...request, payload: '{"json":{"theme":"dark"}}' })).statusCode).toBe(200);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)('has no %s', async (method) => {
    const request = { method, url: '/trpc/guild.settings.update', headers: { cookie, origin: PUBLIC_URL } };
    expect(await refusalOf(request)).toBe('405 METHOD_NOT_SUPPORTED wrong_method');
  });

  it.each([
    'nope',
    'guild',
    'guild.nope',
    '__proto__',
    'constructor',
    'guild.__proto__',
    '_def',
    'toString',
    'then',
    'a/b',
  ])('knows no procedure named %s', async (name) => {
    expect(await refusalOf({ url: `/trpc/${name}`, headers: { cookie } })).toBe(
      '404 NOT_FOUND unknown_procedure',
    );
  });

  it.each([
    ['a storm of commas', `/trpc/${','.repeat(900)}?batch=1`, '400 BAD_REQUEST batch_too_large'],
    ['a longer storm', `/trpc/${','.repeat(8_000)}?batch=1`, '400 BAD_REQUEST batch_too_large'],
    [
      '21 calls',
      `/trpc/${Array.from({ length: 21 }, () => 'user.me').join(',')}?batch=1`,
      '400 BAD_REQUEST batch_too_large',
    ],
    ['a mix of kinds', '/trpc/user.me,user.update?batch=1', '400 PARSE_ERROR malformed_body'],
    ['connection parameters', '/trpc/user.me?connectionParams=%7B%7D', '400 PARSE_ERROR malformed_body'],
    ['a broken percent sign', '/trpc/%zz', '400 PARSE_ERROR malformed_body'],
    ['a broken input', '/trpc/guild.byId?input=%7B', '400 PARSE_ERROR malformed_body'],
    ['an input that is none', '/trpc/guild.byId?input=7', '400 PARSE_ERROR malformed_body'],
    ['a broken batch input', '/trpc/guild.byId,user.me?batch=1&input=%5B', '400 PARSE_ERROR malformed_body'],
  ])('refuses an address with %s', async (_, url, refusal) => {
    expect(await refusalOf({ url, headers: { cookie } })).toBe(refusal);
  });

  it('answers twenty calls in one batch, each by itself', async () => {
    const names = Array.from({ length: 20 }, (_, index) => (index % 2 ? 'user.me' : 'guild.byId'));
    const input = { 0: { json: { guildId: ownGuild } }, 2: { json: { guildId: 'x' } } };
    const url = `/trpc/${names.join(',')}?batch=1&input=${encodeURIComponent(JSON.stringify(input))}`;
    const answers = z
      .array(z.looseObject({}))
      .parse((await server.send({ url, headers: { cookie } })).json());
    expect(answers).toHaveLength(20);
    expect(answers[0]).toHaveProperty('result');
    expect(answers[1]).toHaveProperty('result');
    expect(answers[2]).toHaveProperty('error.json.data.reason', 'invalid_input');
  });

  it.each([
    ['garbage', 'slimy_session=%%%'],
    ['a token that never was', `slimy_session=${'A'.repeat(43)}`],
    ['somebody else’s name', '__Host-slimy_session=abc'],
    ['a very long one', `slimy_session=${'A'.repeat(5_000)}`],
  ])('treats a cookie with %s as nobody', async (_, bad) => {
    expect(await refusalOf({ url: '/trpc/user.me', headers: { cookie: bad } })).toMatch(/^401 UNAUTHORIZED/);
    const { result } = (await server.send({ url: '/trpc/auth.session', headers: { cookie: bad } })).json();
    expect(result.data.json).toBeNull();
  });

  it.each([
    ['a wrong token', 'Bearer wrong'],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['nothing after the scheme', 'Bearer '],
    ['line ends', 'Bearer a\tb'],
  ])('refuses a bearer with %s, also where anybody may ask', async (_, authorization) => {
    expect(await refusalOf({ url: '/trpc/auth.session', headers: { authorization } })).toBe(
      '401 UNAUTHORIZED bad_credentials',
    );
  });

  it('refuses a person the bot cannot act for', async () => {
    const authorization = `Bearer ${server.botToken}`;
    const headers = { authorization, 'x-slimy-acting-as': 'not-an-id' };
    expect(await refusalOf({ url: '/trpc/user.me', headers })).toBe('401 UNAUTHORIZED bad_credentials');
  });

  it('tells a client of another contract so, and every client its own', async () => {
    const headers = { cookie, 'x-slimy-contract': 'another' };
    expect(await refusalOf({ url: '/trpc/guild.nope', headers })).toBe(
      '412 PRECONDITION_FAILED contract_mismatch',
    );
    expect(await refusalOf({ url: queryUrl('guild.byId', { id: 1 }), headers })).toBe(
      '412 PRECONDITION_FAILED contract_mismatch',
    );
    const fine = await server.send({ url: queryUrl('guild.byId', { guildId: ownGuild }), headers });
    expect(fine.statusCode).toBe(200);
    expect(fine.headers['x-slimy-contract']).toMatch(/^[0-9a-f]{16}$/);
  });

  it('keeps answers out of caches and browsers from guessing', async () => {
    for (const url of [
      queryUrl('guild.byId', { guildId: ownGuild }),
      '/trpc/user.me?batch=1',
      '/trpc/nope',
      '/auth/x',
    ]) {
      const { headers } = await server.send({ url, headers: { cookie } });
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    }
  });

  it('takes over a request id that is one, and makes its own otherwise', async () => {
    const idOf = async (id?: string) =>
      (await server.send({ url: '/healthz', headers: id === undefined ? {} : { 'x-request-id': id } }))
        .headers['x-request-id'];
    expect(await idOf('abc-DEF_12345')).toBe('abc-DEF_12345');
    for (const bad of ['short', 'with space in it', `x${'y'.repeat(80)}`, undefined]) {
      expect(await idOf(bad)).toMatch(/^[A-Za-z0-9_-]{8}-[0-9a-z]+$/);
    }
  });

  it('never answered with an error of its own making', () => {
    expect(server.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});
