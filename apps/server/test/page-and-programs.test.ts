import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeOnBothSetups, temporaryFolder } from '@slimy/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openServer, PUBLIC_URL, type TestServer } from './support/open-server.ts';

const METRICS_TOKEN = 'm'.repeat(40);

/** A built page in a folder of its own. */
function builtPage(): string {
  const root = temporaryFolder('page');
  mkdirSync(join(root, 'assets'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>Slimy</title>');
  writeFileSync(join(root, 'favicon.svg'), '<svg/>');
  writeFileSync(join(root, 'assets', 'index-abc123.js'), 'export {};');
  writeFileSync(join(root, '..', 'outside.txt'), 'outside');
  return root;
}

describeOnBothSetups('The page and the addresses for programs', (fixture) => {
  let server: TestServer;
  beforeAll(async () => {
    const webRoot = builtPage();
    server = await openServer(fixture, { METRICS_TOKEN }, () => ({ webRoot }));
  });
  afterAll(async () => {
    await server.close();
  });

  it.each(['/', '/guilds', '/guilds/11000000000000001/settings', '/index.html', '/a.b/c'])(
    'serves the page at %s, with a policy that allows no scripts inline',
    async (url) => {
      const answer = await server.send({ url });
      expect(answer.body).toContain('<title>Slimy</title>');
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      });
      const policy = String(answer.headers['content-security-policy']);
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe-eval');
    },
  );

  it('lets hashed files be kept for good, others be asked for again, and misses none', async () => {
    const hashed = await server.send({ url: '/assets/index-abc123.js' });
    expect(hashed.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': expect.stringContaining('javascript'),
    });
    expect((await server.send({ url: '/favicon.svg' })).headers['cache-control']).toBe('no-cache');
    const missing = await server.send({ url: '/assets/index-other.js' });
    expect([missing.statusCode, missing.headers['cache-control']]).toEqual([404, 'no-store']);
  });

  it.each([
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/assets/%2e%2e/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/%00.html',
  ])('gives nothing outside of its folder: %s', async (url) => {
    expect((await server.send({ url })).body).not.toBe('outside');
  });

  it.each(['/auth/nothing', '/trpc', '/trpc/', '/healthz/x', '/metrics/x'])(
    'answers a mistyped address for programs with no page: %s',
    async (url) => {
      const answer = await server.send({ url });
      expect(answer.statusCode).toBe(404);
      expect(answer.body).not.toContain('<title>');
    },
  );

  it('sends people who came by another name to the public address, and programs on', async () => {
    const host = 'localhost:4000';
    const page = await server.send({ url: '/guilds?x=1', headers: { host } });
    expect([page.statusCode, page.headers.location]).toEqual([307, `${PUBLIC_URL}/guilds?x=1`]);
    const odd = await server.send({ url: '//evil.example/x', headers: { host } });
    expect(odd.headers.location).toBe(`${PUBLIC_URL}/`);
    for (const url of ['/healthz', '/readyz', '/trpc/system.version']) {
      expect((await server.send({ url, headers: { host } })).statusCode).toBe(200);
    }
  });

  it('shows its metrics to who has the token', async () => {
    expect((await server.send({ url: '/metrics' })).statusCode).toBe(401);
    const wrong = { authorization: `Bearer ${'n'.repeat(40)}` };
    expect((await server.send({ url: '/metrics', headers: wrong })).statusCode).toBe(401);
    // A cookie that could be a session's is looked for through the cache.
    const cookie = `__Host-slimy_session=${'s'.repeat(43)}; slimy_session=${'s'.repeat(43)}`;
    await server.send({ url: '/trpc/auth.session', headers: { cookie } });
    const answer = await server.send({
      url: '/metrics',
      headers: { authorization: `Bearer ${METRICS_TOKEN}` },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('slimy_http_answer_seconds_count{route="/metrics",status="4xx"} 2');
    expect(answer.body).toContain('process_cpu_user_seconds_total');
    expect(answer.body).toContain('slimy_cache_events_total{namespace="db:sessions",event="misses"} 1');
    expect(answer.body).toContain('slimy_cache_breaker_open 0');
  });
});

describeOnBothSetups('Without METRICS_TOKEN', (fixture) => {
  it('the metrics are shown on this machine only', async () => {
    const server = await openServer(fixture);
    const here = await server.send({ url: '/metrics', remoteAddress: '127.0.0.1' });
    const there = await server.send({ url: '/metrics', remoteAddress: '10.0.0.7' });
    expect([here.statusCode, there.statusCode]).toEqual([200, 404]);
    await server.close();
  });

  it('the metrics are shown to nobody who comes through a proxy on this machine', async () => {
    for (const TRUST_PROXY of ['0', '1']) {
      const server = await openServer(fixture, { TRUST_PROXY });
      for (const headers of [
        { 'x-forwarded-for': '10.0.0.7' },
        { 'x-forwarded-for': '127.0.0.1' },
        { forwarded: 'for=10.0.0.7' },
        { via: '1.1 proxy' },
      ]) {
        const { statusCode } = await server.send({ url: '/metrics', remoteAddress: '127.0.0.1', headers });
        expect(statusCode).toBe(404);
      }
      await server.close();
    }
  });
});
