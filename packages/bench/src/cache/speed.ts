import { interleave, median } from '../rounds.js';
import type { Contender, ContenderOptions } from './contender.js';
import { contenders, type ContenderName } from './contenders/index.js';
import { sampleValue } from './value.js';

export interface SpeedOptions {
  readonly redisUrl: string;
  readonly rounds: number;
}

/** How fast a contender was. */
interface Speed {
  /** Calls a second: the median of the rounds. */
  readonly perSecond: number;
  /** Of the first contender's speed in the same round: the median of the rounds. */
  readonly ratio: number;
}

export type Speeds = ReadonlyMap<string, Speed>;

const keys = 500;
const tags = ['guild', 'plan:free', 'language:en'] as const;
const callers = 64;
/** Reads and writes of one round: short rounds, and many, so that what else the machine does hits all alike. */
const hits = 1_200;
const writes = 1_200;
const invalidations = 150;
const mostLoads = 0.05;

function keyOf(prefix: string, index: number): string {
  return `guild:${index % keys}:${prefix}`;
}

async function perSecond(calls: number, width: number, call: (index: number) => Promise<unknown>) {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < calls) {
      const index = next;
      next += 1;
      await call(index);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: width }, worker));
  return (calls / (performance.now() - startedAt)) * 1_000;
}

async function measure(runs: ReadonlyMap<string, () => Promise<number>>, rounds: number): Promise<Speeds> {
  const results = await interleave(runs, rounds);
  const [base = []] = results.values();
  return new Map(
    [...results].map(([name, speeds]) => {
      const ratios = speeds.map((speed, round) => speed / (base[round] ?? Number.NaN));
      return [name, { perSecond: median(speeds), ratio: median(ratios) }];
    }),
  );
}

/** Whether two callers of a contender get objects of their own. */
async function isolates(contender: Contender): Promise<boolean> {
  const load = async () => sampleValue(0);
  const read = () => contender.getOrSet('guild:0:isolation', load);
  for (let copy = 0; copy < 3; copy += 1) await read();
  const one = await read();
  const other = await read();
  const [created, sameCreated] = [one, other].map((value) =>
    typeof value === 'object' && value !== null && 'createdAt' in value ? value.createdAt : undefined,
  );
  return one !== other && (created !== sameCreated || typeof created === 'string');
}

/** A hit of the in-process tier, without Redis. */
export async function inProcessHit({ rounds }: SpeedOptions) {
  const names: ContenderName[] = [
    'plain lru-cache',
    'slimy',
    'bentocache',
    'cachified',
    'cache-manager',
    'cacheable',
  ];
  const runs = new Map<string, () => Promise<number>>();
  const isolated = new Map<string, boolean>();
  const opened: Contender[] = [];
  const load = async () => sampleValue(1);
  for (const name of names) {
    const contender = await contenders[name]({ local: true });
    opened.push(contender);
    isolated.set(name, await isolates(contender));
    await contender.getOrSet('guild:1:page', load);
    const calls = name.startsWith('plain') ? 150_000 : name === 'slimy' ? 40_000 : 3_000;
    runs.set(name, () => perSecond(calls, 1, () => contender.getOrSet('guild:1:page', load)));
  }
  const speeds = await measure(runs, rounds);
  await Promise.all(opened.map((contender) => contender.close()));
  return { speeds, isolated };
}

const sharedNames = [
  'plain ioredis',
  'slimy',
  'bentocache',
  'cachified',
  'cache-manager',
  'cacheable',
] as const;

/** Calls a second of reads that should all be hits. @throws Error when they are not */
async function hitsPerSecond(
  contender: Contender,
  prefix: string,
  options?: ContenderOptions,
): Promise<number> {
  let loads = 0;
  const load = async (): Promise<unknown> => {
    loads += 1;
    return sampleValue(loads);
  };
  const speed = await perSecond(hits, callers, (index) =>
    contender.getOrSet(keyOf(prefix, index), load, options),
  );
  // On a busy machine an answer can be later than a cache is ready to wait.
  if (loads > hits * mostLoads) throw new Error(`${prefix}: ${loads} of ${hits} reads were no hits`);
  return speed;
}

async function openShared(redisUrl: string): Promise<Map<ContenderName, Contender>> {
  const opened = new Map<ContenderName, Contender>();
  for (const name of sharedNames) {
    const local = name === 'slimy' ? 'cold' : false;
    opened.set(name, await contenders[name]({ redisUrl, local }));
  }
  return opened;
}

/** A hit of the shared tier with a cold in-process tier, 64 callers at once; also of tagged entries. */
export async function sharedHit({ redisUrl, rounds }: SpeedOptions): Promise<Speeds> {
  const opened = await openShared(redisUrl);
  const runs = new Map<string, () => Promise<number>>();
  for (const [name, contender] of opened) {
    for (let index = 0; index < keys; index += 1) {
      await contender.set(keyOf(`${name} page`, index), sampleValue(index));
    }
    runs.set(name, () => hitsPerSecond(contender, `${name} page`));
    if (contender.invalidateTag) {
      for (let index = 0; index < keys; index += 1) {
        await contender.set(keyOf(`${name} tagged`, index), sampleValue(index), { tags });
      }
      runs.set(`${name}, 3 tags`, () => hitsPerSecond(contender, `${name} tagged`, { tags }));
    }
  }
  const speeds = await measure(runs, rounds);
  await Promise.all([...opened.values()].map((contender) => contender.close()));
  return speeds;
}

/** Storing a value, 64 at once. */
export async function storing({ redisUrl, rounds }: SpeedOptions): Promise<Speeds> {
  const opened = await openShared(redisUrl);
  const value = sampleValue(7);
  const runs = new Map(
    [...opened].map(([name, contender]) => [
      name,
      () => perSecond(writes, callers, (index) => contender.set(keyOf(`${name} set`, index), value)),
    ]),
  );
  const speeds = await measure(runs, rounds);
  await Promise.all([...opened.values()].map((contender) => contender.close()));
  return speeds;
}

/** Invalidating one key, one after the other. */
export async function invalidating({ redisUrl, rounds }: SpeedOptions): Promise<Speeds> {
  const opened = await openShared(redisUrl);
  const runs = new Map(
    [...opened].map(([name, contender]) => [
      name,
      () => perSecond(invalidations, 1, (index) => contender.invalidateKey(keyOf(`${name} page`, index))),
    ]),
  );
  const speeds = await measure(runs, rounds);
  await Promise.all([...opened.values()].map((contender) => contender.close()));
  return speeds;
}
