import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMariaDb, startRedis } from '@slimy/testing';
import { pinSelf, printed, spawnPinned, stopped } from '../pinned-process.js';
import { printTable, writeJson } from '../report.js';
import { interleave, median } from '../rounds.js';
import { load, type LoadResult } from './load.js';
import { revokeHalfWay } from './revocation.js';
import { startSlimy } from './slimy.js';

const peerMain = fileURLToPath(new URL('./peer.js', import.meta.url));
const MEASURED_CORE = 0;
const LOAD_CORE = 1;

async function startPeer(mode: 'bare' | 'plain', bodyFile: string) {
  const child = spawnPinned(MEASURED_CORE, [peerMain, mode, bodyFile], process.env);
  const [, origin = ''] = await printed(child, /listening at (http:\/\/[\d.:]+)/);
  return { origin, stop: () => stopped(child) };
}

/**
 * A hot authorised `guild.byId` over HTTP, session and permission checked at each request, on both pairs of
 * engine and cache, beside bare Fastify sending the same bytes and the plain tRPC plugin answering the same
 * object without any check. Then a session is revoked half-way of a load of the same length: from the confirmed
 * revocation on every call must be refused, or the run fails. One server process on one core; requests come from the other.
 */
export async function runRpcBenchmark(options: { rounds: number; seconds: number }): Promise<void> {
  pinSelf(LOAD_CORE);
  const folder = mkdtempSync(join(tmpdir(), 'slimy-bench-rpc-'));
  const [mariaDb, redis] = await Promise.all([startMariaDb(), startRedis()]);
  // The limiter runs and counts at every request; only its ceiling is out of the way.
  const limits = { RATE_LIMIT_FACTOR: '1000000' };
  const embedded = await startSlimy(MEASURED_CORE, limits);
  const served = await startSlimy(MEASURED_CORE, {
    ...limits,
    DATABASE_URL: await mariaDb.createDatabase(),
    REDIS_URL: redis.url,
  });
  const bodyFile = join(folder, 'body.json');
  writeFileSync(bodyFile, await (await fetch(embedded.url, { headers: { cookie: embedded.cookie } })).text());
  const bare = await startPeer('bare', bodyFile);
  const plain = await startPeer('plain', bodyFile);
  const query = new URL(embedded.url).pathname + new URL(embedded.url).search;
  const seconds = options.seconds;
  const loads = new Map([
    ['bare Fastify, same bytes (a)', () => load(bare.origin + query, {}, seconds)],
    ['plain tRPC plugin, no checks (b)', () => load(plain.origin + query, {}, seconds)],
    ['Slimy, SQLite + in-process', () => load(embedded.url, { cookie: embedded.cookie }, seconds)],
    ['Slimy, MariaDB + Redis', () => load(served.url, { cookie: served.cookie }, seconds)],
  ]);
  // A server that has just started runs code nobody has compiled yet: one round of each goes uncounted.
  await interleave<LoadResult>(loads, 1);
  const results = await interleave<LoadResult>(loads, options.rounds);
  const revocations = [
    { pair: 'SQLite + in-process', ...(await revokeHalfWay(embedded, seconds)) },
    { pair: 'MariaDB + Redis', ...(await revokeHalfWay(served, seconds)) },
  ];
  await Promise.all([bare.stop(), plain.stop(), embedded.stop(), served.stop()]);
  await Promise.all([mariaDb.stop(), redis.stop()]);
  rmSync(folder, { recursive: true, force: true });

  const rate = (name: string) => median((results.get(name) ?? []).map(({ perSecond }) => perSecond));
  const rows = [...results].map(([name, runs]) => ({
    'guild.byId over HTTP': name,
    'req/s': Math.round(rate(name)),
    'p50 ms': median(runs.map(({ p50Ms }) => p50Ms)),
    'p99 ms': median(runs.map(({ p99Ms }) => p99Ms)),
    'of (a)': rate(name) / rate('bare Fastify, same bytes (a)'),
    'times (b)': rate(name) / rate('plain tRPC plugin, no checks (b)'),
    failures: runs.reduce((sum, { failures }) => sum + failures, 0),
  }));
  printTable(rows);
  console.log();
  printTable(
    revocations.map(({ pair, before, after }) => ({
      'session revoked half-way': pair,
      'answered before': before.answered,
      'refused before it was confirmed': before.refused,
      'refused after': after.refused,
      'let through after': after.letThrough,
    })),
  );
  const letThrough = revocations.reduce((sum, { after }) => sum + after.letThrough, 0);
  writeJson('bench-results/rpc.json', { rounds: options.rounds, seconds, rows, revocations });
  if (letThrough > 0) process.exitCode = 1;
}
