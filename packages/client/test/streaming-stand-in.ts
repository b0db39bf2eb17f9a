import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { wantedSubscriptions, type LiveMessage, type WantedSubscription } from '@slimy/contract';

/** A stream that a client opened, to be told what it says. */
export interface OpenedStream {
  readonly list: readonly WantedSubscription[];
  readonly headers: IncomingMessage['headers'];
  say(message: LiveMessage): void;
  /** Writes bytes as they are. */
  write(bytes: Uint8Array | string): void;
  /** Cuts the connection. */
  cut(): void;
  /** Ends the answer in good order. */
  end(): void;
  /** Resolves once the client has left. */
  readonly left: Promise<unknown>;
}

/** An answer in place of a stream. */
export interface Refusal {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

/** A server that streams what it is told: the wire itself, where a real server would not fail on demand. */
export async function startStreamingStandIn() {
  const streams: OpenedStream[] = [];
  const refusals: Refusal[] = [];
  const news = new EventEmitter();
  const server = createServer((request, response) => {
    const refusal = refusals.shift();
    if (refusal) {
      response.writeHead(refusal.status, { 'content-type': refusal.type ?? 'application/json' });
      response.end(refusal.body);
      return;
    }
    const list = new URL(request.url ?? '', 'http://localhost').searchParams.get('list') ?? '';
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': alive\n\n');
    streams.push({
      list: wantedSubscriptions.parse(JSON.parse(list)),
      headers: request.headers,
      say: (message) => void response.write(`data: ${JSON.stringify(message)}\n\n`),
      write: (bytes) => void response.write(bytes),
      cut: () => void response.destroy(),
      end: () => void response.end(),
      left: once(response, 'close'),
    });
    news.emit('opened');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    streams,
    /** Answers of the next requests that are no streams. */
    refuse: (...answers: readonly Refusal[]) => void refusals.push(...answers),
    /** The stream of that number, once it was opened. */
    async opened(nth: number): Promise<OpenedStream> {
      for (;;) {
        const stream = streams[nth - 1];
        if (stream) return stream;
        await once(news, 'opened');
      }
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
