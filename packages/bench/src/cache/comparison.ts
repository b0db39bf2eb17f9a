import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { printTable } from '../report.js';
import { goalResults } from './goals.js';
import type { Outage } from './outage.js';
import type { CacheFigures } from './run.js';
import type { Scale } from './scale.js';
import type { Speeds } from './speed.js';

type Row = Record<string, string | number>;

function markdown(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const cell = (value: string | number | undefined): string =>
    typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : (value ?? '');
  return [
    line(columns),
    line(columns.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map((row) => line(columns.map((column) => cell(row[column])))),
  ].join('\n');
}

function speedRows(speeds: Speeds, base: string, what: string): Row[] {
  return [...speeds].map(([name, { perSecond, ratio }]) => ({
    [what]: name,
    'a second': Math.round(perSecond),
    [`of ${base}`]: Number(ratio.toPrecision(2)),
  }));
}

function outageCells(kind: string, figures: Outage): Row {
  return {
    [`${kind}: p50 ms`]: figures.p50Ms,
    [`${kind}: p99 ms`]: figures.p99Ms,
    [`${kind}: errors`]: figures.errors,
    [`${kind}: lost invalidations`]: figures.lostInvalidations,
    [`${kind}: hits again after ms`]: figures.resumedMs ?? 'not within 8 s',
  };
}

function sections(figures: CacheFigures): readonly (readonly [string, string, readonly Row[]])[] {
  const local = speedRows(figures.inProcessHit.speeds, 'plain lru-cache', 'in-process hit').map((row) => ({
    ...row,
    isolated: figures.inProcessHit.isolated.get(String(row['in-process hit'])) ? 'yes' : 'no',
  }));
  const sweepRows = (sweeps: CacheFigures['tagSweep'], what: string): Row[] =>
    [...sweeps].map(([name, sweep]) => ({
      [what]: name,
      ms: sweep.milliseconds,
      'Redis commands': sweep.commands,
      'stale afterwards': sweep.staleAfterwards,
    }));
  const stampedeRows = [...figures.stampedes].flatMap(([name, kinds]) =>
    Object.entries(kinds).map(([kind, { loads, errors, slowestMs }]) => ({
      'stampede, 4 processes × 250 callers': `${name}: ${kind}`,
      loads,
      errors,
      'slowest process ms': slowestMs,
    })),
  );
  const raceRows = [...figures.races].map(([name, { rounds, staleRounds, survivingRounds }]) => ({
    'invalidation race': name,
    rounds,
    'stale after 60 ms': staleRounds,
    'stale after 2 s': survivingRounds,
  }));
  const outageRows = (kind: 'hung' | 'dead'): Row[] =>
    [...figures.outages].map(([name, outages]) => ({
      [`Redis ${kind}, loader of 5 ms`]: name,
      ...outageCells(kind, outages[kind]),
    }));
  return [
    [
      'Hit of the in-process tier',
      'Without Redis, one caller after the other, through `await`. "Isolated": two callers get objects of their own, to any depth.',
      local,
    ],
    [
      'Hit of the shared tier',
      'Cold in-process tier, 64 callers at once, 500 keys. Plain ioredis is GET and JSON.parse, without pipelining.',
      speedRows(figures.sharedHit, 'plain ioredis', 'shared-tier hit'),
    ],
    ['Storing', '64 at once.', speedRows(figures.storing, 'plain ioredis', 'set')],
    [
      'Invalidating one key',
      'One after the other.',
      speedRows(figures.invalidating, 'plain ioredis', 'invalidate'),
    ],
    [
      'Invalidating a tag of 10,000 entries',
      'In the process that stored them. Commands are those that Redis is sent. cachified and cache-manager have no tags.',
      sweepRows(figures.tagSweep, 'tag'),
    ],
    [
      'Invalidating a prefix of 1,000 entries among 200,000',
      'Plain ioredis and bentocache (a namespace) scan; the others cannot.',
      sweepRows(figures.prefixSweep, 'prefix'),
    ],
    [
      'Stampede',
      'The load takes 100 ms. Errors are those of the failing loader. With the holder killed three processes are left.',
      stampedeRows,
    ],
    [
      'Invalidation race',
      'Two processes read while a third changes and invalidates, at random moments within 12 ms; then all three read, 60 ms and 2 s after the invalidation was acknowledged.',
      raceRows,
    ],
    [
      'Redis hangs',
      '400 reads by 8 callers without an in-process tier, as many as there is time for in 6 s; then 20 invalidations. No call is waited for longer than 8 s.',
      outageRows('hung'),
    ],
    ['Redis is dead, and started again empty', 'The same.', outageRows('dead')],
  ];
}

function goalRows(figures: CacheFigures): Row[] {
  return goalResults(figures).map(({ goal, measured, met }) => ({
    goal,
    measured,
    result: met ? 'met' : 'missed',
  }));
}

/** Where our cache's time goes, by a profile of the processor (Linux perf, 150,000 calls). */
const profile = `## Where the time goes

The processor's time of a \`set\` of ours, 64 at once: 30 % MessagePack (of this value 17 µs, JSON.stringify 20 µs: no
loss), 16 % ioredis writing the pipeline and reading its answers, 12 % the collector's threads (the value is copied
into payload, entry and pipeline), 4 % header and checksum, 2 % the deadline, 2 % the in-process tier; the rest are
promises. Plain ioredis spends nothing on the last six. A hit has the same shares with unpacking in place of packing,
and one command for many callers, which is why it comes out ahead.

When the machine is overloaded, Redis answers later than the 30 ms after which a loader starts (a promise: the cache is
never slower than its loader plus that). Then several processes may load in a stampede, and some hits become loads.`;

/** Prints the tables. */
export function printComparison(figures: CacheFigures): void {
  for (const [title, , rows] of sections(figures)) {
    console.log(`\n${title}\n`);
    printTable(rows);
  }
  console.log('\nGoals\n');
  printTable(goalRows(figures));
}

/** Writes the tables as a document. */
export function writeComparison(file: string, figures: CacheFigures, { rounds }: Scale): void {
  const text = [
    '# The cache beside other libraries',
    '',
    `Written by \`npm run bench -- cache\`: medians of ${rounds} interleaved rounds on Node ${process.version}, ` +
      `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}) under a load of ${loadavg()[2]?.toFixed(1)} (mean of ` +
      '15 minutes; more than the number of cores means that others were at work), a private Redis on the same machine. ' +
      'The value is a ' +
      '2 kB object with Dates at three depths. What counts is the ratio within a round.',
    '',
    'bentocache 1.6.1, @epic-web/cachified 5.6.3, cache-manager 7.2.9, cacheable 2.5.0, each as its documentation ' +
      'sets it up for this use; lru-cache and ioredis in the versions that ours uses.',
    '',
    '## Goals',
    '',
    markdown(goalRows(figures)),
    ...sections(figures).flatMap(([title, note, rows]) => ['', `## ${title}`, '', note, '', markdown(rows)]),
    '',
    profile,
    '',
  ].join('\n');
  writeFileSync(file, text);
  console.log(`Written to ${file}`);
}
