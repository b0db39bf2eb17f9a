import { startRedis } from '@slimy/testing';
import { writeJson } from '../report.js';
import { printComparison, writeComparison } from './comparison.js';
import type { ContenderName } from './contenders/index.js';
import { goalResults } from './goals.js';
import { outage, type Outage } from './outage.js';
import { race, type Race } from './race.js';
import { inProcessHit, invalidating, sharedHit, storing, type Speeds } from './speed.js';
import { stampede, type Stampedes } from './stampede.js';
import { fullScale, quickScale } from './scale.js';
import { prefixSweep, tagSweep, type Sweeps } from './sweeps.js';

/** All figures of one run. */
export interface CacheFigures {
  readonly inProcessHit: { readonly speeds: Speeds; readonly isolated: ReadonlyMap<string, boolean> };
  readonly sharedHit: Speeds;
  readonly storing: Speeds;
  readonly invalidating: Speeds;
  readonly tagSweep: Sweeps;
  readonly prefixSweep: Sweeps;
  readonly stampedes: ReadonlyMap<string, Stampedes>;
  readonly races: ReadonlyMap<string, Race>;
  readonly outages: ReadonlyMap<string, { readonly hung: Outage; readonly dead: Outage }>;
}

const shared: readonly ContenderName[] = ['slimy', 'bentocache', 'cachified', 'cache-manager', 'cacheable'];

async function each<T>(
  names: readonly ContenderName[],
  measure: (name: ContenderName) => Promise<T>,
): Promise<Map<string, T>> {
  const results = new Map<string, T>();
  for (const name of names) {
    results.set(name, await measure(name));
  }
  return results;
}

function plain(value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

/**
 * Our cache beside other libraries, interleaved in one run on private Redis servers; prints the tables, and
 * writes the figures as JSON and as docs/cache-comparison.md. `quick` measures little and writes nothing.
 */
export async function runCacheBenchmark(options: { rounds: number; quick: boolean }): Promise<void> {
  const scale = options.quick ? quickScale : fullScale(options.rounds);
  // Some libraries reject where nobody waits, when their connection goes: that must not end the run.
  process.on('unhandledRejection', (reason) => console.error(`a library let go of: ${String(reason)}`));
  const server = await startRedis();
  const speed = { redisUrl: server.url, rounds: scale.rounds };
  const begunAt = performance.now();
  const step = (what: string): void =>
    console.log(`${((performance.now() - begunAt) / 1000).toFixed().padStart(4)} s  ${what}`);
  try {
    step('in-process hit');
    const local = await inProcessHit(speed);
    step('shared-tier hit');
    const hits = await sharedHit(speed);
    step('set');
    const stored = await storing(speed);
    step('invalidate');
    const invalidated = await invalidating(speed);
    step('tag invalidation');
    const tags = await tagSweep(server, scale.sweeps);
    step('prefix invalidation');
    const prefixes = await prefixSweep(server, scale.sweeps);
    step('stampede');
    const stampedes = await each(shared, (name) => stampede(name, server));
    step('race');
    const races = await each(['slimy', 'slimy, strict', ...shared.slice(1)], (name) =>
      race(name, server, scale.races),
    );
    step('outage');
    const outages = await each(shared, async (name) => ({
      hung: await outage(name, 'hung'),
      dead: await outage(name, 'dead'),
    }));
    const figures: CacheFigures = {
      inProcessHit: local,
      sharedHit: hits,
      storing: stored,
      invalidating: invalidated,
      tagSweep: tags,
      prefixSweep: prefixes,
      stampedes,
      races,
      outages,
    };
    step('done');
    const text = JSON.stringify(
      { rounds: scale.rounds, goals: goalResults(figures), ...figures },
      (_, value: unknown) => plain(value),
    );
    printComparison(figures);
    if (!options.quick) {
      writeJson('bench-results/cache.json', JSON.parse(text));
      writeComparison('docs/cache-comparison.md', figures, scale);
    }
  } finally {
    await server.kill();
  }
}
