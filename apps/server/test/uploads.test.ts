import { describeOnBothSetups } from '@slimy/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openServer, PUBLIC_URL, queryUrl, type TestServer } from './support/open-server.ts';

/** One green pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const answerOf = <Answer extends z.ZodType>(answer: Answer) =>
  z.object({ result: z.object({ data: z.object({ json: answer }) }) });
const ticket = answerOf(z.object({ uploadId: z.string(), url: z.string() }));
const stored = answerOf(
  z.object({
    state: z.string(),
    addresses: z.object({ original: z.string(), thumbnail: z.string() }).nullable(),
  }),
);
const refusal = z.object({ error: z.object({ reason: z.string(), message: z.string() }) });

describeOnBothSetups('Files over HTTP', (fixture) => {
  let server: TestServer;
  let cookie: string;
  beforeAll(async () => {
    server = await openServer(fixture, { RATE_LIMIT_FACTOR: '1000' });
    cookie = await server.signIn();
  });
  afterAll(() => server.close());

  async function announce(bytes = pixel.length) {
    const answer = await server.send({
      method: 'POST',
      url: '/trpc/upload.create',
      headers: { cookie, origin: PUBLIC_URL, 'content-type': 'application/json' },
      payload: JSON.stringify({ json: { purpose: 'snail-analyze', bytes } }),
    });
    return ticket.parse(answer.json()).result.data.json;
  }
  const put = (url: string, payload: Buffer, headers = {}) =>
    server.send({ method: 'PUT', url, payload, headers });
  async function byId(uploadId: string) {
    const answer = await server.send({ url: queryUrl('upload.byId', { uploadId }), headers: { cookie } });
    return stored.parse(answer.json()).result.data.json;
  }

  it('are sent to the address of their ticket and seen under signed ones', async () => {
    const { uploadId, url } = await announce();
    for (const headers of [{ 'content-type': 'image/png' }, {}])
      expect((await put(url, pixel, headers)).statusCode).toBe(204);
    const { addresses } = await byId(uploadId);
    const shown = await server.send({ url: addresses?.original ?? '' });
    expect(shown.statusCode).toBe(200);
    expect(shown.headers).toMatchObject({
      'content-type': 'image/png',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    expect(shown.headers['cache-control']).toMatch(/^private, max-age=(29\d|300), immutable$/);
    expect(shown.rawPayload.subarray(1, 4).toString()).toBe('PNG');
    const thumbnail = await server.send({ url: addresses?.thumbnail ?? '' });
    expect(thumbnail.headers['content-type']).toBe('image/webp');
  });

  it('are refused in the words of the contract', async () => {
    const { uploadId, url } = await announce();
    const reasonOf = async (answer: ReturnType<typeof put>) => {
      const { statusCode, body } = await answer;
      return `${statusCode} ${refusal.parse(JSON.parse(body)).error.reason}`;
    };
    expect(await reasonOf(put(url.replace('signature=', 'signature=x'), pixel))).toBe('401 bad_credentials');
    expect(await reasonOf(put(`/uploads/${uploadId}`, pixel))).toBe('401 bad_credentials');
    expect(await reasonOf(put(url, pixel.subarray(1)))).toBe('400 invalid_input');
    expect(await reasonOf(put(url, Buffer.alloc(0)))).toBe('400 invalid_input');
    expect(await reasonOf(put(url, Buffer.concat([pixel, pixel])))).toBe('413 body_too_large');
    expect(await reasonOf(put(url, Buffer.alloc(pixel.length, '<html>')))).toBe('415 unsupported_file');
    expect((await byId(uploadId)).state).toBe('refused');
    const see = (path: string) => reasonOf(server.send({ url: path }));
    expect(await see(`/uploads/${uploadId}/original`)).toBe('401 bad_credentials');
    expect(await see('/uploads/..%2f..%2fetc/passwd?expires=9&signature=a')).toBe('404 not_found');
  });

  it('that are longer than announced are answered although they are still on their way', async () => {
    const { url } = await announce();
    const address = await server.app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${address}${url}`, { method: 'PUT', body: Buffer.alloc(300_000, 1) });
    expect(answer.status).toBe(413);
    expect((await fetch(`${address}/healthz`, { redirect: 'manual' })).status).toBe(200);
  });
});
