import { setTimeout } from 'node:timers/promises';
import type { PrivateRedis } from '@slimy/testing';
import type { ContenderName } from './contenders/index.js';
import type { CrewMember } from './crew.js';
import { startCrew } from './crew.js';
import type { BurstReport } from './crew-messages.js';

const processes = 4;
const callers = 250;
const loadMs = 100;

/** Loads, errors and the slowest process of one stampede over four processes. */
interface Stampede {
  readonly loads: number;
  readonly errors: number;
  readonly slowestMs: number;
}

export interface Stampedes {
  readonly cold: Stampede;
  readonly atExpiry: Stampede;
  readonly failing: Stampede;
  /** The process that loads is killed in the middle. */
  readonly holderKilled: Stampede;
}

async function burst(
  crew: readonly CrewMember[],
  key: string,
  options: { fails?: boolean; ttlMs?: number } = {},
): Promise<Stampede> {
  const { fails = false, ttlMs = 300_000 } = options;
  const results = await Promise.all(
    crew.map((member) => member.order({ order: 'burst', key, callers, loadMs, fails, ttlMs })),
  );
  const reports: BurstReport[] = JSON.parse(JSON.stringify(results));
  return {
    loads: reports.reduce((sum, { loads }) => sum + loads, 0),
    errors: reports.reduce((sum, { errors }) => sum + errors, 0),
    slowestMs: Math.max(...reports.map(({ milliseconds }) => milliseconds)),
  };
}

/** Four processes with 250 callers each want one key at once. */
export async function stampede(name: ContenderName, server: PrivateRedis): Promise<Stampedes> {
  await server.flush();
  const crew = await startCrew(name, server.url, processes);
  try {
    // Connections and code are warm; the key is not.
    await burst(crew, 'guild:0:warm');
    const cold = await burst(crew, 'guild:1:cold');
    await burst(crew, 'guild:2:expiring', { ttlMs: 1_000 });
    await setTimeout(1_200);
    const atExpiry = await burst(crew, 'guild:2:expiring', { ttlMs: 1_000 });
    const failing = await burst(crew, 'guild:3:failing', { fails: true });
    const [holder, ...others] = crew;
    await holder?.hold('guild:4:held', 300_000);
    const waiting = burst(others, 'guild:4:held');
    await setTimeout(50);
    await holder?.kill();
    return { cold, atExpiry, failing, holderKilled: await waiting };
  } finally {
    await Promise.all(crew.map((member) => member.kill()));
  }
}
