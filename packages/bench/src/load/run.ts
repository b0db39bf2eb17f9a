import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMariaDb, startRedis } from '@slimy/testing';
import { printTable, writeJson } from '../report.js';
import { startSlimy } from '../rpc/slimy.js';
import { callOf } from './mix.js';
import { MemoryWatch, slopePerMinute, type MemoryPoint } from './memory.js';
import { openLoop, type Sample } from './open-loop.js';
import { signInPeople } from './people.js';

const PEOPLE = 500;
/** Seconds of the same load before anything is measured: code is compiled, caches fill. */
const WARM_UP_SECONDS = 5;
/** The demo's own community. */
const GUILD = '11000000000000001';
const MEGABYTE = 1_048_576;

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function row(calls: string, samples: readonly Sample[]) {
  const ms = samples.map((sample) => sample.ms).toSorted((a, b) => a - b);
  return {
    calls,
    count: samples.length,
    'p50 ms': percentile(ms, 0.5),
    'p99 ms': percentile(ms, 0.99),
    'max ms': ms.at(-1) ?? Number.NaN,
    errors: samples.filter(({ error }) => error !== null).length,
  };
}

function memoryRow(process: string, points: readonly MemoryPoint[]) {
  const resident = ({ residentBytes }: MemoryPoint) => residentBytes / MEGABYTE;
  const heap = ({ heapBytes }: MemoryPoint) => heapBytes / MEGABYTE;
  // The first half still fills caches up to their bounds.
  const settled = points.slice(Math.floor(points.length / 2));
  return {
    process,
    'first MB': points.slice(0, 1).map(resident)[0] ?? Number.NaN,
    'last MB': points.slice(-1).map(resident)[0] ?? Number.NaN,
    'MB/min': slopePerMinute(points, resident),
    'MB/min, second half': slopePerMinute(settled, resident),
    'heap MB/min, second half': slopePerMinute(settled, heap),
  };
}

/**
 * Two server processes on one MariaDB and one Redis: reads and writes of 500 signed-in people, four to one, at a
 * fixed rate that does not wait for answers. Rate limits are those of the program.
 */
export async function runLoadBenchmark(options: { rate: number; seconds: number }): Promise<void> {
  const { rate, seconds } = options;
  const [mariaDb, redis] = await Promise.all([startMariaDb(), startRedis()]);
  const url = await mariaDb.createDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'slimy-bench-load-'));
  // Processes of one installation share their secrets.
  const settings = { DATABASE_URL: url, REDIS_URL: redis.url, DATA_DIR: folder };
  const servers = [await startSlimy(0, settings), await startSlimy(1, settings)];
  const origins = servers.map(({ origin }) => origin);
  const people = await signInPeople(url, GUILD, PEOPLE);
  const load = { origins, people, rate };
  const warmUpTurns = Math.ceil((rate * WARM_UP_SECONDS) / PEOPLE);
  await openLoop({
    ...load,
    seconds: WARM_UP_SECONDS,
    callOf: (person, turn) => callOf(person, turn, GUILD),
  });
  const watches = origins.map((origin) => new MemoryWatch(origin));
  const samples = await openLoop({
    ...load,
    seconds,
    callOf: (person, turn) => callOf(person, warmUpTurns + turn, GUILD),
  });
  const memory = await Promise.all(watches.map((watch) => watch.end()));
  await Promise.all(servers.map((server) => server.stop()));
  await Promise.all([mariaDb.stop(), redis.stop()]);
  rmSync(folder, { recursive: true, force: true });

  const names = [...new Set(samples.map(({ name }) => name))].toSorted();
  const rows = [
    row('all', samples),
    row(
      'reads',
      samples.filter(({ writes }) => !writes),
    ),
    row(
      'writes',
      samples.filter(({ writes }) => writes),
    ),
    ...names.map((name) =>
      row(
        name,
        samples.filter((sample) => sample.name === name),
      ),
    ),
  ];
  const errors: Record<string, number> = {};
  for (const { error } of samples) if (error !== null) errors[error] = (errors[error] ?? 0) + 1;
  const processes = memory.map((points, index) => memoryRow(`server ${index + 1}`, points));
  console.log(
    `${PEOPLE} people, ${rate} calls a second for ${seconds} s, two processes on MariaDB and Redis\n`,
  );
  printTable(rows);
  console.log('');
  printTable(processes);
  if (Object.keys(errors).length > 0) console.log(`\nErrors: ${JSON.stringify(errors)}`);
  writeJson('bench-results/load.json', { people: PEOPLE, rate, seconds, rows, errors, processes, memory });
  if (Object.keys(errors).length > 0) process.exitCode = 1;
}
