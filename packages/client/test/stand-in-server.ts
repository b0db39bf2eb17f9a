import { createServer, type IncomingMessage } from 'node:http';
import { SuperJSON } from 'superjson';

/** A request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What the stand-in answers; `hang` never answers. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly hang?: boolean;
}

/** A result as Slimy writes it. */
export function result(data: unknown) {
  return { result: { data: SuperJSON.serialize(data) } };
}

/** An error as Slimy writes it. */
export function refusal(code: string, reason: string, message: string, details: object = {}) {
  const data = { code, httpStatus: 400, reason, requestId: 'r1', ...details };
  return { error: SuperJSON.serialize({ message, code: -32600, data }) };
}

/** An HTTP server that misbehaves as told: the wire itself, where a real server would not fail on demand. */
export async function startStandIn(reply: (request: SeenRequest, nth: number) => Reply) {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      const answer = reply(one, seen.length);
      if (answer.hang) return;
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
