import { procedures } from '@slimy/contract';
import { describeOnBothSetups } from '@slimy/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openServer, ownGuild, PUBLIC_URL, queryUrl, type TestServer } from './support/open-server.ts';

const mutations = Object.entries(procedures)
  .filter(([, { kind }]) => kind === 'mutation')
  .map(([name]) => `POST /trpc/${name}`);
/** What is no procedure and may change something; a test below holds the list against the routes there are. */
const restRoutes = ['POST /auth/demo', 'POST /auth/logout', 'PUT /uploads/:id'];

/** Pages that are not ours, by what their requests say. */
const foreignPages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'another site': { origin: 'http://evil.example' },
  'an origin that is hidden': { origin: 'null' },
  'no origin': {},
  'an empty origin': { origin: '' },
  'a sibling of our host': { origin: 'http://pages.127.0.0.1:4000' },
  'a host that begins like ours': { origin: `${PUBLIC_URL}.evil.example` },
  'another port': { origin: 'http://127.0.0.1:4001' },
  'another scheme': { origin: 'https://127.0.0.1:4000' },
  'another site, by its fetch metadata': { 'sec-fetch-site': 'cross-site' },
  'a sibling, by its fetch metadata': { 'sec-fetch-site': 'same-site' },
  'nobody knows whom, by its fetch metadata': { 'sec-fetch-site': 'none' },
  'another site that claims to be ours': { origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' },
};

/** Bodies that a page can send, and their types; the first is the one that procedures take. */
const bodies: readonly (readonly [string | undefined, string])[] = [
  ['application/json', '{"json":{}}'],
  ['text/plain', '{"json":{}}'],
  ['application/x-www-form-urlencoded', 'json=%7B%7D'],
  [
    'multipart/form-data; boundary=x',
    '--x\r\ncontent-disposition: form-data; name="json"\r\n\r\n{}\r\n--x--\r\n',
  ],
  ['application/octet-stream', '{"json":{}}'],
  ['text/json', '{"json":{}}'],
  ['application/jsonp', '{"json":{}}'],
  ['', '{"json":{}}'],
  [undefined, ''],
];

describeOnBothSetups('A request with a session’s cookie', (fixture) => {
  let server: TestServer;
  let cookie: string;
  beforeAll(async () => {
    server = await openServer(fixture, { RATE_LIMIT_FACTOR: '1000000' });
  });
  beforeEach(async () => {
    cookie = await server.signIn();
  });
  afterAll(async () => {
    await server.close();
  });

  /** How often a session was looked up since the server began: each look goes through the cache, which counts it. */
  function sessionReads(): number {
    const sessions = server.cache.stats().namespaces.find(({ namespace }) => namespace === 'db:sessions');
    const { localHits = 0, sharedHits = 0, staleHits = 0, misses = 0, coalesced = 0 } = sessions ?? {};
    return localHits + sharedHits + staleHits + misses + coalesced;
  }

  /** Sends each kind of body from a page and gives, counted, how it was refused. */
  async function refusals(route: string, page: Readonly<Record<string, string>>): Promise<string[]> {
    const [method, path = ''] = route.split(' ');
    const said = new Set<string>();
    for (const [type, payload] of bodies) {
      const answer = await server.send({
        method: method === 'PUT' ? 'PUT' : 'POST',
        url: path.replace(':id', 'an-upload'),
        headers: { cookie, ...page, ...(type === undefined ? {} : { 'content-type': type }) },
        payload,
      });
      const reason = /"reason":"(\w+)"/.exec(answer.body)?.[1];
      said.add(`${answer.statusCode} ${reason}`);
    }
    return [...said].toSorted();
  }

  it.each(Object.entries(foreignPages))(
    'from %s is refused by every mutation and route, whatever its body, before anybody looks who sent it',
    async (_, page) => {
      const before = sessionReads();
      for (const route of [...mutations, ...restRoutes])
        expect([route, await refusals(route, page)]).toEqual([route, ['403 foreign_origin']]);
      expect(sessionReads()).toBe(before);
    },
  );

  it('from our own page is refused by every mutation when its body is no JSON, before anybody looks who sent it', async () => {
    const before = sessionReads();
    for (const route of mutations) {
      const [name = ''] = route.split(' ').slice(1);
      for (const [type, payload] of bodies.slice(1)) {
        const headers = {
          cookie,
          origin: PUBLIC_URL,
          ...(type === undefined ? {} : { 'content-type': type }),
        };
        const { statusCode } = await server.send({ method: 'POST', url: name, headers, payload });
        expect([route, type, statusCode]).toEqual([route, type, 415]);
      }
    }
    expect(sessionReads()).toBe(before);
  });

  it('from our own page is looked up and goes through', async () => {
    const before = sessionReads();
    for (const page of [{ origin: PUBLIC_URL }, { 'sec-fetch-site': 'same-origin' }]) {
      const answer = await server.send({
        method: 'POST',
        url: '/trpc/user.settings.update',
        headers: { cookie, 'content-type': 'application/json', ...page },
        payload: '{"json":{"theme":"dark"}}',
      });
      expect(answer.statusCode).toBe(200);
    }
    expect(sessionReads()).toBeGreaterThan(before);
  });

  it('runs no mutation by GET, wherever it comes from', async () => {
    for (const route of mutations) {
      const url = queryUrl(route.replace('POST /trpc/', ''), { guildId: ownGuild });
      const answer = await server.send({ url, headers: { cookie, origin: PUBLIC_URL } });
      expect([route, answer.statusCode]).toEqual([route, 405]);
      expect(answer.body).toContain('"reason":"wrong_method"');
    }
  });

  it('is counted against nobody’s rate when it comes from another page', async () => {
    const limited = await openServer(fixture);
    const post = (origin: string) => limited.send({ method: 'POST', url: '/auth/demo', headers: { origin } });
    for (let attempt = 0; attempt < 20; attempt += 1)
      expect((await post('http://evil.example')).statusCode).toBe(403);
    expect((await post(PUBLIC_URL)).statusCode).toBe(204);
    await limited.close();
  });

  it('meets every route that may change something in these tests', () => {
    const changing = server.app
      .printRoutes({ commonPrefix: false })
      .split('\n')
      .filter((line) => /\b(?:POST|PUT|PATCH|DELETE)\b/.test(line))
      .map((line) => line.replace(/^[\s│├└─]+/, ''));
    const met = restRoutes.map((route) => route.replace(/^(\w+) (.+)$/, '$2 ($1)'));
    expect(changing.toSorted()).toEqual([...met, '/trpc/:path (GET, POST)'].toSorted());
  });
});
