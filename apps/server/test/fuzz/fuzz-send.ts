import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import type { FuzzRequest } from './fuzz-requests.ts';

/** Milliseconds after which a request that has no answer hangs; a busy machine needs some. */
const DEADLINE_MS = 30_000;

/** An answer as it came over the wire. */
export interface FuzzAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Of a stream of events the first of them. */
  readonly body: string;
}

/** Sends requests over kept connections. */
export class FuzzSender {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  /** @throws Error when no answer comes in time, or the connection breaks */
  async send({ method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
    return new Promise((resolve, reject) => {
      const call = request(`${this.#address}${path}`, { method, headers, agent: this.#agent });
      const late = setTimeout(() => call.destroy(new Error('hangs: no answer in time')), DEADLINE_MS);
      const fail = (error: Error) => {
        clearTimeout(late);
        reject(error);
      };
      call.once('error', fail);
      call.once('response', (answer) => {
        const { statusCode: status = 0, headers: told } = answer;
        const stream = told['content-type']?.startsWith('text/event-stream') ?? false;
        let text = '';
        const done = () => {
          clearTimeout(late);
          resolve({ status, headers: told, body: text });
          if (stream) call.destroy();
        };
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
          if (stream && /^data: .*\n\n/m.test(text)) done();
        });
        answer.once('end', done);
        answer.once('error', fail);
      });
      call.end(body ?? undefined);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
