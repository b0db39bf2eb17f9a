import { setTimeout } from 'node:timers/promises';
import { startRedis } from '@slimy/testing';
import type { Contender } from './contender.js';
import { contenders, type ContenderName } from './contenders/index.js';

/** What callers notice of a Redis that hangs or is dead. */
export interface Outage {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errors: number;
  /** Of the invalidations during the outage, those whose old value was served after it. */
  readonly lostInvalidations: number;
  /** From the return of Redis to the first hit of the shared tier; no value when there was none within 8 s. */
  readonly resumedMs: number | null;
}

const loadMs = 5;
const readers = 8;
const reads = 400;
const changed = 20;
/** A call is not waited for longer. */
const longestMs = 8_000;
/** No read is begun later than this. */
const readingMs = 6_000;
const watchMs = 8_000;

/** What becomes of a call, which is not waited for longer than `longestMs`. */
async function outcome(call: Promise<unknown>): Promise<{ error: boolean; value: unknown }> {
  const patience = new AbortController();
  const late = setTimeout(longestMs, { error: true, value: undefined }, { signal: patience.signal });
  const done = call.then(
    (value) => ({ error: false, value }),
    () => ({ error: true, value: undefined }),
  );
  return Promise.race([done, late]).finally(() => {
    late.catch(() => {});
    patience.abort();
  });
}

async function readDuring(contender: Contender): Promise<{ times: number[]; errors: number }> {
  const times: number[] = [];
  let errors = 0;
  let next = 0;
  const begunAt = performance.now();
  await Promise.all(
    Array.from({ length: readers }, async () => {
      while (next < reads && performance.now() - begunAt < readingMs) {
        const index = next;
        next += 1;
        const startedAt = performance.now();
        const { error } = await outcome(
          contender.getOrSet(`user:${index}:away`, async () => {
            await setTimeout(loadMs);
            return { index };
          }),
        );
        times.push(performance.now() - startedAt);
        errors += error ? 1 : 0;
      }
    }),
  );
  return { times: times.toSorted((a, b) => a - b), errors };
}

/** Waits until a value that was stored before the outage is served without its loader. */
async function resumption(contender: Contender, since: number): Promise<number | null> {
  for (let attempt = 0; performance.now() - since < watchMs; attempt += 1) {
    const key = `guild:${attempt}:probe`;
    await outcome(contender.set(key, { attempt }));
    let loaded = false;
    await outcome(
      contender.getOrSet(key, async () => {
        loaded = true;
        return { attempt };
      }),
    );
    if (!loaded) return performance.now() - since;
    await setTimeout(20);
  }
  return null;
}

/** Reads, invalidations and the return of hits while Redis is frozen, or killed and started again. */
export async function outage(name: ContenderName, kind: 'hung' | 'dead'): Promise<Outage> {
  const server = await startRedis();
  // Without an in-process tier that could answer: what the shared tier does is what is measured.
  const layout = {
    redisUrl: server.url,
    local: name === 'slimy' || name === 'cacheable' ? 'cold' : false,
  } as const;
  const contender = await contenders[name](layout);
  const observer = await contenders[name](layout);
  try {
    for (let index = 0; index < changed; index += 1) {
      await contender.set(`guild:${index}:changed`, { version: 1 });
    }
    if (kind === 'hung') server.suspend();
    else await server.kill();
    const { times, errors } = await readDuring(contender);
    const invalidations = await Promise.all(
      Array.from({ length: changed }, (_, index) =>
        outcome(contender.invalidateKey(`guild:${index}:changed`)),
      ),
    );
    if (kind === 'hung') server.resume();
    else await server.restart();
    const resumedMs = await resumption(contender, performance.now());
    await setTimeout(2_000);
    let lost = 0;
    for (let index = 0; index < changed; index += 1) {
      const { value } = await outcome(
        observer.getOrSet(`guild:${index}:changed`, async () => ({ version: 2 })),
      );
      lost += JSON.stringify(value) === '{"version":1}' ? 1 : 0;
    }
    return {
      p50Ms: times[Math.floor(times.length * 0.5)] ?? 0,
      p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
      errors: errors + invalidations.filter(({ error }) => error).length,
      lostInvalidations: lost,
      resumedMs,
    };
  } finally {
    await outcome(contender.close());
    await outcome(observer.close());
    await server.kill();
  }
}
