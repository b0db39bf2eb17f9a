import { repositories } from '@slimy/db';
import { rateClasses } from '@slimy/api';
import { describeOnBothSetups, describeOnEachPair, personFacts } from '@slimy/testing';
import { afterEach, expect, it } from 'vitest';
import { openServer, PUBLIC_URL, type TestServer } from './support/open-server.ts';

describeOnEachPair('Signing in and out', (fixture) => {
  let server: TestServer;
  afterEach(async () => {
    await server.close();
  });

  const session = async (cookie: string) =>
    (await server.send({ url: '/trpc/auth.session', headers: { cookie } })).json().result.data.json;

  it('gives a cookie that scripts and other sites cannot use, and nothing else of the token', async () => {
    server = await openServer(fixture);
    const answer = await server.send({ method: 'POST', url: '/auth/demo', headers: { origin: PUBLIC_URL } });
    expect(answer.statusCode).toBe(204);
    expect(answer.body).toBe('');
    expect(answer.headers['set-cookie']).toMatch(
      /^slimy_session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax; Expires=/,
    );
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('gives another token each time, and never one that came along', async () => {
    server = await openServer(fixture);
    const first = await server.signIn();
    const headers = { cookie: first, origin: PUBLIC_URL };
    const answer = await server.send({ method: 'POST', url: '/auth/demo', headers });
    expect(String(answer.headers['set-cookie'])).not.toContain(first.split('=')[1]);
  });

  it('is refused to pages of others', async () => {
    server = await openServer(fixture);
    for (const url of ['/auth/demo', '/auth/logout']) {
      const answer = await server.send({ method: 'POST', url, headers: { origin: 'http://evil.example' } });
      expect([answer.statusCode, answer.json().error.reason]).toEqual([403, 'foreign_origin']);
    }
  });

  it('out ends the session at once and takes the cookie back', async () => {
    server = await openServer(fixture);
    const cookie = await server.signIn();
    expect(await session(cookie)).toMatchObject({ actor: 'user', demo: true });
    const unproven = await server.send({ method: 'POST', url: '/auth/logout', headers: { cookie } });
    expect(unproven.statusCode).toBe(403);
    const answer = await server.send({
      method: 'POST',
      url: '/auth/logout',
      headers: { cookie, origin: PUBLIC_URL },
    });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers['set-cookie']).toBe('slimy_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0');
    expect(await session(cookie)).toBeNull();
  });

  it('out is harmless without a session', async () => {
    server = await openServer(fixture);
    expect((await server.send({ method: 'POST', url: '/auth/logout' })).statusCode).toBe(204);
  });

  it('out counts by person, wherever from; others at the same address go on', async () => {
    server = await openServer(fixture);
    const people = [personFacts('300000000000000001'), personFacts('300000000000000002')];
    const [own, other] = await server.database.transaction((transaction) =>
      repositories(transaction).users.insert(people, new Date()),
    );
    const statusOf = async (userId: string | undefined, remoteAddress: string) => {
      const facts = { requestId: 'test', ipAddress: remoteAddress, userAgent: null };
      const { token } = await server.core.authentication.startSession(userId ?? '', facts);
      const headers = { cookie: `slimy_session=${token}`, origin: PUBLIC_URL };
      return (await server.send({ method: 'POST', url: '/auth/logout', headers, remoteAddress })).statusCode;
    };
    const statuses: number[] = [];
    for (let attempt = 0; attempt <= rateClasses.write.calls; attempt += 1)
      statuses.push(await statusOf(own?.id, `10.0.0.${attempt}`));
    expect(statuses.slice(0, -1).every((status) => status === 204)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    for (let attempt = 0; attempt < rateClasses.write.calls; attempt += 1)
      expect(await statusOf(other?.id, '10.0.1.1')).toBe(204);
    const nobody = { method: 'POST', url: '/auth/logout', remoteAddress: '10.0.1.1' } as const;
    expect((await server.send(nobody)).statusCode).toBe(204);
  });

  it('out with a wrong token counts by address', async () => {
    server = await openServer(fixture);
    const headers = { authorization: 'Bearer slimy_wrong' };
    const wrong = { method: 'POST', url: '/auth/logout', headers, remoteAddress: '10.0.1.1' } as const;
    const statuses: number[] = [];
    for (let attempt = 0; attempt <= rateClasses.write.calls; attempt += 1)
      statuses.push((await server.send(wrong)).statusCode);
    expect([statuses[0], statuses.at(-2), statuses.at(-1)]).toEqual([401, 401, 429]);
  });

  it('is limited to 5 in 15 minutes by address, whatever address the request claims', async () => {
    server = await openServer(fixture);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const headers = { 'x-forwarded-for': `10.0.0.${attempt}` };
      const answer = await server.send({ method: 'POST', url: '/auth/demo', headers });
      statuses.push(answer.statusCode);
      if (answer.statusCode !== 429) continue;
      expect(answer.json().error).toMatchObject({ reason: 'rate_limited', code: 'TOO_MANY_REQUESTS' });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(800);
    }
    expect(statuses).toEqual([204, 204, 204, 204, 204, 429, 429]);
  });

  it('behind one proxy is limited by the address that the proxy saw', async () => {
    server = await openServer(fixture, { TRUST_PROXY: '1' });
    const statusOf = async (forwarded: string) => {
      const headers = { 'x-forwarded-for': forwarded };
      return (await server.send({ method: 'POST', url: '/auth/demo', headers })).statusCode;
    };
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect(await statusOf(`9.9.9.${attempt}, 10.0.0.1`)).toBe(204);
    expect(await statusOf('9.9.9.9, 10.0.0.1')).toBe(429);
    expect(await statusOf('9.9.9.9, 10.0.0.2')).toBe(204);
  });

  it('to a demo is not offered where others reach the server, or Discord signs in', async () => {
    for (const more of [
      { PUBLIC_URL: 'https://slimy.example' },
      { DISCORD_CLIENT_ID: '900000000000000001', DISCORD_CLIENT_SECRET: 'secret' },
      { HOST: '0.0.0.0' },
    ]) {
      server = await openServer(fixture, more);
      const answer = await server.send({ method: 'POST', url: '/auth/demo' });
      expect([answer.statusCode, answer.json().error.reason]).toEqual([404, 'not_found']);
      await server.close();
    }
    server = await openServer(fixture);
  });
});

describeOnBothSetups('A server behind a proxy', (fixture) => {
  it('warns at the start of a proxy that TRUST_PROXY does not count', async () => {
    const about = async (more: Readonly<Record<string, string>>): Promise<string[]> => {
      const server = await openServer(fixture, more);
      await server.close();
      return server.log.filter((line) => line.includes('TRUST_PROXY'));
    };
    expect(await about({ PUBLIC_URL: 'https://slimy.example' })).toHaveLength(1);
    expect(await about({ PUBLIC_URL: 'https://slimy.example', TRUST_PROXY: '1' })).toEqual([]);
    expect(await about({})).toEqual([]);
  });
});
