import { startMariaDb } from '@slimy/testing';
import { createPool } from 'mysql2/promise';
import { openCore } from '../program/open-core.js';
import { printTable, writeJson } from '../report.js';
import { interleave, median } from '../rounds.js';
import { storeCommunity } from './community.js';
import {
  createEach,
  multiRowPrepared,
  multiRowText,
  procedure,
  service,
  type StoreBatch,
} from './contenders.js';
import { makeEvents, type Spread } from './events.js';
import { startIngestServer } from './server.js';

/** Rows of one commit, and commits under way at once, for everybody but one create an event. */
const COMMIT = 1_000;
const AT_ONCE = 4;
const BATCHES = 20;
const CREATES = 400;

/**
 * As a server is run that must keep what it has acknowledged and takes in a lot: with the redo log of 96 MB that
 * MariaDB has by itself, everybody waits for its checkpoints.
 */
const durableAndBusy = [
  '--innodb-flush-log-at-trx-commit=1',
  '--innodb-flush-method=fsync',
  '--innodb-buffer-pool-size=1G',
  '--innodb-log-file-size=1G',
];

/** Seconds that a number of workers take for all batches. */
async function secondsFor<Item>(
  items: readonly Item[],
  store: (item: Item) => Promise<void>,
): Promise<number> {
  const waiting = [...items];
  const start = performance.now();
  const worker = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await store(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (performance.now() - start) / 1000;
}

/**
 * Usage events a second on MariaDB: through the procedure over HTTP and through the service, with everything they
 * keep (repeats known by their id, deltas of the sums), beside plain multi-row INSERTs of the same rows into the
 * same table, which is the limit, and one Prisma create an event.
 */
export async function runIngestBenchmark({ rounds }: { readonly rounds: number }): Promise<void> {
  const mariaDb = await startMariaDb({ args: durableAndBusy });
  const url = await mariaDb.createDatabase();
  const opened = await openCore(url);
  const { core, database } = opened;
  const community = await storeCommunity(database);
  const pool = createPool({ uri: url, connectionLimit: AT_ONCE, charset: 'utf8mb4_bin', timezone: 'Z' });
  const server = await startIngestServer(url);

  const inBatches = (spread: Spread, store: StoreBatch) => async () => {
    const batches = Array.from({ length: BATCHES }, () => makeEvents(community, COMMIT, spread));
    return (BATCHES * COMMIT) / (await secondsFor(batches, store));
  };
  const oneByOne = async () => {
    const events = makeEvents(community, CREATES, 'busy').map((event) => [event]);
    return CREATES / (await secondsFor(events, createEach(database)));
  };
  const results = await interleave<number>(
    new Map([
      ['multi-row INSERT, mysql2 query', inBatches('busy', multiRowText(pool))],
      ['multi-row INSERT, mysql2 execute', inBatches('busy', multiRowPrepared(pool))],
      ['Slimy: service', inBatches('busy', service(core))],
      ['Slimy: service, every event another person', inBatches('scattered', service(core))],
      ['Slimy: procedure over HTTP', inBatches('busy', procedure(server.origin, server.botToken))],
      ['one Prisma create an event', oneByOne],
    ]),
    rounds,
  );
  const mergeStart = performance.now();
  const merged = await core.jobs.runDue();
  const mergeSeconds = (performance.now() - mergeStart) / 1000;
  await server.stop();
  await pool.end();
  await opened.close();
  await mariaDb.stop();

  const rate = (name: string) => median(results.get(name) ?? []);
  const limit = Math.max(rate('multi-row INSERT, mysql2 query'), rate('multi-row INSERT, mysql2 execute'));
  const each = rate('one Prisma create an event');
  const rows = [...results.keys()].map((name) => ({
    [`commits of ${COMMIT}, ${AT_ONCE} at once`]: name,
    'events/s': Math.round(rate(name)),
    'of the limit': rate(name) / limit,
    'times one create': rate(name) / each,
  }));
  printTable(rows);
  console.log(`\nAfterwards the jobs (${merged}) merged all deltas in ${mergeSeconds.toFixed(1)} s.`);
  writeJson('bench-results/ingest.json', { rounds, commit: COMMIT, atOnce: AT_ONCE, rows, mergeSeconds });
}
