import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describeOnBothSetups } from '@slimy/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openServer, PUBLIC_URL, type TestServer } from './support/open-server.ts';

const ticket = z.object({
  result: z.object({ data: z.object({ json: z.object({ uploadId: z.string(), url: z.string() }) }) }),
});
/** One green pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
/** Of the bounds that hold for clients a small part. */
const bodyTimes = { wholeMs: 300, pauseMs: 1_000, leastBytesPerSecond: 200 };
const STEP_MS = 30;

describeOnBothSetups('A request whose body comes slowly', (fixture) => {
  let server: TestServer;
  let cookie: string;
  let port: number;
  beforeAll(async () => {
    server = await openServer(fixture, { RATE_LIMIT_FACTOR: '1000' }, () => ({ bodyTimes }));
    cookie = await server.signIn();
    port = Number(new URL(await server.app.listen({ host: '127.0.0.1', port: 0 })).port);
  });
  afterAll(() => server.close());

  async function announce(bytes: number): Promise<string> {
    const answer = await server.send({
      method: 'POST',
      url: '/trpc/upload.create',
      headers: { cookie, origin: PUBLIC_URL, 'content-type': 'application/json' },
      payload: JSON.stringify({ json: { purpose: 'snail-analyze', bytes } }),
    });
    return ticket.parse(answer.json()).result.data.json.url;
  }

  /** Sends a head, then pieces of a body one after another; gives the first line of the answer and how long it took. */
  async function send(head: readonly string[], pieces: readonly Buffer[]) {
    const socket = connect(port, '127.0.0.1');
    const began = performance.now();
    let answer = '';
    socket.on('data', (bytes: Buffer) => {
      answer += bytes.toString();
    });
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    socket.write([...head, `Host: ${new URL(PUBLIC_URL).host}`, '', ''].join('\r\n'));
    for (const piece of pieces) {
      if (socket.destroyed || answer !== '') break;
      socket.write(piece);
      await pause(STEP_MS);
    }
    await closed;
    return { status: answer.split(' ')[1], ms: performance.now() - began };
  }
  const sendFile = (url: string, bytes: number, pieces: readonly Buffer[]) =>
    send([`PUT ${url} HTTP/1.1`, `Content-Length: ${bytes}`, 'Connection: close'], pieces);
  const inPieces = (file: Buffer, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const size = Math.ceil(file.length / count);
      return file.subarray(index * size, (index + 1) * size);
    });

  it('is taken on a route for files as long as it goes on, however long it takes', async () => {
    const file = Buffer.concat([pixel, Buffer.alloc(4_000)]);
    const { status, ms } = await sendFile(await announce(file.length), file.length, inPieces(file, 40));
    expect(status).toBe('204');
    expect(ms).toBeGreaterThan(3 * bodyTimes.wholeMs);
  });

  it('is cut on a route for files once nothing comes any more', async () => {
    const file = pixel;
    const { status } = await sendFile(await announce(file.length), file.length, [file.subarray(0, 40)]);
    expect(status).toBe('408');
  });

  it('is cut on a route for files when it only pretends to go on', async () => {
    const url = await announce(1_000);
    const { status } = await sendFile(url, 1_000, inPieces(Buffer.alloc(1_000), 1_000));
    expect(status).toBe('408');
  });

  it('is cut on every other route, although it goes on', async () => {
    const body = Buffer.from(JSON.stringify({ json: { settings: 'x'.repeat(40_000) } }));
    for (const [method, path] of [
      ['POST', '/trpc/user.settings.update'],
      ['POST', '/nowhere'],
    ]) {
      const head = [
        `${method} ${path} HTTP/1.1`,
        `Origin: ${PUBLIC_URL}`,
        `Cookie: ${cookie}`,
        'Content-Type: application/json',
        'Transfer-Encoding: chunked',
      ];
      const pieces = inPieces(body, 1_000).map((piece) =>
        Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
      );
      const { ms } = await send(head, pieces);
      expect(ms, path).toBeLessThan(15_000);
    }
  });

  it('leaves its place to others once it is cut', async () => {
    const file = pixel;
    const stalled = await Promise.all([1, 2].map(() => announce(file.length)));
    await Promise.all(stalled.map((url) => sendFile(url, file.length, [file.subarray(0, 10)])));
    const { status } = await sendFile(await announce(file.length), file.length, [file]);
    expect(status).toBe('204');
  });

  it('is no fault of the server', () => {
    expect(server.log.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
  });
});
