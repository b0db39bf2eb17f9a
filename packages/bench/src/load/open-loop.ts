import { Agent, request } from 'node:http';
import type { Call } from './mix.js';
import type { SignedIn } from './people.js';

/** One answered call, or one that was not. */
export interface Sample {
  readonly name: string;
  readonly writes: boolean;
  /** Milliseconds from the moment at which the call was due, so that a server that falls behind is seen to. */
  readonly ms: number;
  /** The reason of a refusal, or what went wrong with the connection; null for a good answer. */
  readonly error: string | null;
}

export interface OpenLoopOptions {
  /** Servers that take turns. */
  readonly origins: readonly string[];
  readonly people: readonly SignedIn[];
  readonly callOf: (person: number, turn: number) => Call;
  /** Calls a second, all people together. */
  readonly rate: number;
  readonly seconds: number;
}

const SOCKETS_MAX = 128;
const TICK_MS = 2;
/** Milliseconds that an answer may take at all. */
const DEADLINE_MS = 10_000;

function requestOf(call: Call, origin: string, { cookie }: SignedIn) {
  const text = JSON.stringify({ json: call.input });
  if (call.writes) {
    const headers = { cookie, origin, 'content-type': 'application/json' };
    return { url: `${origin}/trpc/${call.name}`, method: 'POST', headers, body: text };
  }
  const query = call.input === undefined ? '' : `?input=${encodeURIComponent(text)}`;
  return { url: `${origin}/trpc/${call.name}${query}`, method: 'GET', headers: { cookie }, body: undefined };
}

async function answered(agent: Agent, call: Call, origin: string, person: SignedIn): Promise<string | null> {
  const { url, method, headers, body } = requestOf(call, origin, person);
  return new Promise((resolve) => {
    const sent = request(url, { agent, method, headers, timeout: DEADLINE_MS });
    sent.once('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.once('error', (error) => resolve(error.message));
    sent.once('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.once('end', () => {
        const { statusCode = 0 } = answer;
        resolve(statusCode < 400 ? null : `${statusCode} ${/"reason":"(\w+)"/.exec(text)?.[1] ?? ''}`);
      });
    });
    sent.end(body);
  });
}

/** Sends calls when they are due, at a fixed rate, whether or not those before are answered. */
export async function openLoop(options: OpenLoopOptions): Promise<Sample[]> {
  const { origins, people, callOf, rate, seconds } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const samples: Sample[] = [];
  const total = Math.round(rate * seconds);
  const start = performance.now();
  const open = new Set<Promise<void>>();

  async function send(index: number): Promise<void> {
    const due = start + (index * 1_000) / rate;
    const person = index % people.length;
    const signedIn = people[person];
    // Each person's turns go to both servers.
    const turn = Math.floor(index / people.length);
    const origin = origins[(person + turn) % origins.length];
    if (!signedIn || !origin) throw new Error('A load needs people and servers.');
    const call = callOf(person, turn);
    const error = await answered(agent, call, origin, signedIn);
    samples.push({ name: call.name, writes: call.writes, ms: performance.now() - due, error });
  }

  await new Promise<void>((resolve) => {
    let next = 0;
    const timer = setInterval(() => {
      const due = Math.min(total, Math.ceil(((performance.now() - start) * rate) / 1_000));
      for (; next < due; next += 1) {
        const call = send(next).finally(() => open.delete(call));
        open.add(call);
      }
      if (next < total) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  await Promise.all(open);
  agent.destroy();
  return samples;
}
