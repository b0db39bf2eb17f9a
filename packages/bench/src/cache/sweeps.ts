import type { PrivateRedis } from '@slimy/testing';
import { Redis } from 'ioredis';
import { median } from '../rounds.js';
import type { Contender, ContenderOptions } from './contender.js';
import { contenders, type ContenderName } from './contenders/index.js';

/** What invalidating many entries at once cost, and what was still served afterwards. */
export interface Sweep {
  readonly milliseconds: number;
  /** Commands that Redis was sent for it. */
  readonly commands: number;
  readonly staleAfterwards: number;
}

export type Sweeps = ReadonlyMap<string, Sweep>;

/** How large the sweeps are, and how often they are timed. */
export interface SweepOptions {
  readonly rounds: number;
  readonly tagged: number;
  readonly underPrefix: number;
  /** Entries beside those under the prefix. */
  readonly others: number;
}

/** What caches send by themselves, whatever they are asked. */
const background = new Set(['info', 'ping', 'time', 'hello', 'client', 'subscribe']);

/** The commands of clients while something runs, without those that a script runs inside the server. */
async function commandsDuring(redisUrl: string, work: () => Promise<unknown>): Promise<number> {
  const admin = new Redis(redisUrl);
  const monitor = await admin.monitor();
  let commands = 0;
  monitor.on('monitor', (_time: string, words: string[], source: string) => {
    if (source !== 'lua' && !background.has(words[0]?.toLowerCase() ?? '')) commands += 1;
  });
  await work();
  // What was sent before this has been seen when it is answered.
  const seen = new Promise<void>((resolve) => {
    monitor.on('monitor', (_time: string, words: string[]) => {
      if (words[0] === 'echo') resolve();
    });
  });
  await admin.echo('done');
  await seen;
  monitor.disconnect();
  admin.disconnect();
  return commands - 1;
}

async function inParallel(count: number, call: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (next < count) {
        const index = next;
        next += 1;
        await call(index);
      }
    }),
  );
}

interface SweepCase {
  readonly count: number;
  readonly keyOf: (index: number) => string;
  readonly options: ContenderOptions;
  invalidate(contender: Contender): Promise<unknown>;
}

/** The first round counts commands and staleness, the others are timed. */
async function sweep(name: ContenderName, redisUrl: string, rounds: number, what: SweepCase): Promise<Sweep> {
  const { count, keyOf, options } = what;
  const times: number[] = [];
  let commands = 0;
  let staleAfterwards = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const contender = await contenders[name]({ redisUrl, local: true });
    const fill = () => inParallel(count, (index) => contender.set(keyOf(index), { version: 1 }, options));
    // Scripts and code are warm.
    await contender.set('warm:1:up', { version: 1 }, { tags: ['warm'] });
    await what.invalidate(contender);
    await fill();
    if (round === 0) {
      commands = await commandsDuring(redisUrl, () => what.invalidate(contender));
      await inParallel(count, async (index) => {
        const value = await contender.getOrSet(keyOf(index), async () => ({ version: 2 }), options);
        if (JSON.stringify(value) !== '{"version":2}') staleAfterwards += 1;
      });
    } else {
      const startedAt = performance.now();
      await what.invalidate(contender);
      times.push(performance.now() - startedAt);
    }
    await what.invalidate(contender);
    await contender.close();
  }
  return { milliseconds: median(times), commands, staleAfterwards };
}

/** Invalidates one tag that 10,000 entries have. */
export async function tagSweep(server: PrivateRedis, { rounds, tagged }: SweepOptions): Promise<Sweeps> {
  const results = new Map<string, Sweep>();
  for (const name of ['slimy', 'bentocache', 'cacheable'] as const) {
    await server.flush();
    const what: SweepCase = {
      count: tagged,
      keyOf: (index) => `guild:${index}:tagged`,
      options: { tags: ['everybody'] },
      invalidate: async (contender) => contender.invalidateTag?.('everybody'),
    };
    results.set(name, await sweep(name, server.url, rounds, what));
  }
  return results;
}

async function fillOthers(redisUrl: string, others: number): Promise<void> {
  const admin = new Redis(redisUrl);
  for (let from = 0; from < others; from += 5_000) {
    const pipeline = admin.pipeline();
    for (let index = from; index < Math.min(from + 5_000, others); index += 1) {
      pipeline.set(`slimy:v:{guild:${index}:other}`, 'x'.repeat(40));
    }
    await pipeline.exec();
  }
  admin.disconnect();
}

/** Invalidates the 1,000 entries under one prefix, among 200,000 keys. */
export async function prefixSweep(server: PrivateRedis, options: SweepOptions): Promise<Sweeps> {
  const results = new Map<string, Sweep>();
  await server.flush();
  await fillOthers(server.url, options.others);
  for (const name of ['slimy', 'bentocache', 'plain ioredis'] as const) {
    const what: SweepCase = {
      count: options.underPrefix,
      keyOf: (index) => `club:7:member-${index}`,
      options: {},
      invalidate: async (contender) => contender.invalidatePrefix?.('club:7'),
    };
    results.set(name, await sweep(name, server.url, options.rounds, what));
  }
  await server.flush();
  return results;
}
