import { setTimeout } from 'node:timers/promises';
import type { PrivateRedis } from '@slimy/testing';
import type { ContenderName } from './contenders/index.js';
import { startCrew } from './crew.js';

/** How often readers got an old value after an invalidation that had been acknowledged. */
export interface Race {
  readonly rounds: number;
  /** In some process, 60 ms later. */
  readonly staleRounds: number;
  /** In some process, 2 s later. */
  readonly survivingRounds: number;
}

const processes = 3;
const graceMs = 60;
const survivalMs = 2_000;
const longestPauseMs = 12;
/** Loads take up to so long, so that changes and invalidations fall into them. */
const longestLoadMs = 40;
const abreast = 20;

function pause(): Promise<void> {
  return setTimeout(Math.random() * longestPauseMs);
}

function versionOf(value: unknown): number {
  return typeof value === 'object' && value !== null && 'version' in value ? Number(value.version) : 0;
}

type Crew = Awaited<ReturnType<typeof startCrew>>;

function read(member: Crew[number], key: string, loadMs: number): Promise<unknown> {
  return member.order({ order: 'read', key, loadMs });
}

async function anybodyStale(crew: Crew, key: string): Promise<boolean> {
  const values = await Promise.all(crew.map((member) => read(member, key, 0)));
  return values.some((value) => versionOf(value) === 1);
}

async function oneRound(crew: Crew, key: string, change: () => void) {
  const [first, second, writer] = crew;
  const reads = [first, second].map(async (reader) => {
    await pause();
    if (reader !== undefined) await read(reader, key, Math.random() * longestLoadMs);
  });
  await pause();
  change();
  await writer?.order({ order: 'invalidate', key });
  await setTimeout(graceMs);
  await Promise.all(reads);
  const stale = await anybodyStale(crew, key);
  if (stale) await setTimeout(survivalMs);
  return { stale, surviving: stale && (await anybodyStale(crew, key)) };
}

/**
 * In each round two processes read a key while a third changes it in the database and invalidates it,
 * all at random moments. Some rounds run next to each other, on keys of their own.
 */
export async function race(name: ContenderName, server: PrivateRedis, rounds: number): Promise<Race> {
  await server.flush();
  const changed = new Set<string>();
  const crew = await startCrew(name, server.url, processes, (key) => (changed.has(key) ? 2 : 1));
  try {
    let staleRounds = 0;
    let survivingRounds = 0;
    for (let from = 0; from < rounds; from += abreast) {
      const keys = Array.from(
        { length: Math.min(abreast, rounds - from) },
        (_, n) => `guild:${from + n}:raced`,
      );
      const results = await Promise.all(keys.map((key) => oneRound(crew, key, () => changed.add(key))));
      staleRounds += results.filter(({ stale }) => stale).length;
      survivingRounds += results.filter(({ surviving }) => surviving).length;
    }
    return { rounds, staleRounds, survivingRounds };
  } finally {
    await Promise.all(crew.map((member) => member.kill()));
  }
}
