import type { CacheFigures } from './run.js';
import type { Sweep } from './sweeps.js';

/** One goal with what was measured. */
export interface GoalResult {
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean;
}

const lasting = 500;

function two(value: number | undefined): string {
  return (value ?? Number.NaN).toLocaleString('en-US', { maximumFractionDigits: 2 });
}

function atLeast(goal: string, measured: number | undefined, least: number): GoalResult {
  return { goal: `${goal}: at least ${least}`, measured: two(measured), met: (measured ?? 0) >= least };
}

function sweepGoal(what: string, sweep: Sweep | undefined): GoalResult {
  const { milliseconds = Number.NaN, commands = Number.NaN, staleAfterwards = Number.NaN } = sweep ?? {};
  return {
    goal: `${what}: under 2 ms, at most 4 Redis commands, nothing stale afterwards`,
    measured: `${two(milliseconds)} ms, ${commands} commands, ${staleAfterwards} stale`,
    met: milliseconds < 2 && commands <= 4 && staleAfterwards === 0,
  };
}

function raceGoals({ races }: CacheFigures): GoalResult[] {
  const strict = races.get('slimy, strict');
  const usual = races.get('slimy');
  return [
    {
      goal: 'stale reads after a confirmed invalidation, strict: none',
      measured: `${strict?.staleRounds} of ${strict?.rounds} races`,
      met: strict?.staleRounds === 0,
    },
    {
      goal: 'default: none later than 50 ms, none surviving',
      measured: `${usual?.staleRounds} and ${usual?.survivingRounds} of ${usual?.rounds} races`,
      met: usual?.staleRounds === 0 && usual.survivingRounds === 0,
    },
  ];
}

function stampedeGoals({ stampedes }: CacheFigures): GoalResult[] {
  const ours = stampedes.get('slimy');
  const kinds = [ours?.cold, ours?.atExpiry, ours?.holderKilled];
  return [
    {
      goal: 'stampede of 4 processes, cold, at expiry, holder killed: 1 load',
      measured: kinds.map((kind) => kind?.loads).join(', '),
      met: kinds.every((kind) => kind?.loads === 1),
    },
    {
      goal: 'failing loader: at most 1 load a process, its error for all at once',
      measured: `${ours?.failing.loads} loads, ${ours?.failing.errors} errors, ${two(ours?.failing.slowestMs)} ms`,
      met: (ours?.failing.loads ?? 5) <= 4 && (ours?.failing.slowestMs ?? Infinity) < 1_000,
    },
  ];
}

function outageGoals({ outages }: CacheFigures): GoalResult[] {
  const ours = outages.get('slimy');
  return (['hung', 'dead'] as const).map((kind) => {
    const { p99Ms = Number.NaN, errors, lostInvalidations, resumedMs = null } = ours?.[kind] ?? {};
    return {
      goal: `Redis ${kind}: p99 below 60 ms, no error, no lost invalidation, hits within 500 ms of its return`,
      measured: `${two(p99Ms)} ms, ${errors} errors, ${lostInvalidations} lost, ${two(resumedMs ?? undefined)} ms`,
      met: p99Ms < 60 && errors === 0 && lostInvalidations === 0 && (resumedMs ?? Infinity) < lasting,
    };
  });
}

/** Each goal of the cache, held against a run. */
export function goalResults(figures: CacheFigures): GoalResult[] {
  return [
    ...raceGoals(figures),
    atLeast(
      'in-process hit, of a plain lru-cache, values isolated',
      figures.inProcessHit.speeds.get('slimy')?.ratio,
      0.1,
    ),
    atLeast(
      'shared-tier hit, 64 at once, of plain ioredis GET and JSON.parse',
      figures.sharedHit.get('slimy')?.ratio,
      0.9,
    ),
    atLeast('the same with 3 tags', figures.sharedHit.get('slimy, 3 tags')?.ratio, 0.9),
    atLeast('set, of plain ioredis SET', figures.storing.get('slimy')?.ratio, 0.7),
    sweepGoal('tag of 10,000 entries', figures.tagSweep.get('slimy')),
    sweepGoal('prefix among 200,000', figures.prefixSweep.get('slimy')),
    ...stampedeGoals(figures),
    ...outageGoals(figures),
  ];
}
