import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMariaDb, startRedis } from '@slimy/testing';
import { printed, stopped } from '../pinned-process.js';
import { printTable, writeJson } from '../report.js';
import { median } from '../rounds.js';

const serverMain = fileURLToPath(new URL('../../../../apps/server/dist/bundle/main.js', import.meta.url));

/** One start of the program, in milliseconds; memory in bytes. */
interface Start {
  readonly readyMs: number;
  readonly stopMs: number;
  readonly memory: number;
}

/** Where an installation keeps its data, and what it stands on. */
interface Installation {
  readonly dataDir: string;
  readonly settings: Readonly<Record<string, string>>;
}

function memoryOf(pid: number | undefined): number {
  if (process.platform !== 'linux' || pid === undefined) return Number.NaN;
  const [, kilobytes = 'NaN'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** Starts the program as `npm start` does once everything is built, until it answers `/readyz`; and stops it. */
async function startOnce({ dataDir, settings }: Installation): Promise<Start> {
  const begun = performance.now();
  const child = spawn(process.execPath, [serverMain], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: '0', DATA_DIR: dataDir, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [, origin = ''] = await printed(child, /(http:\/\/[\d.:]+)/);
  const answer = await fetch(`${origin}/readyz`);
  if (!answer.ok) throw new Error(`Not ready: ${answer.status} ${await answer.text()}`);
  const readyMs = performance.now() - begun;
  const memory = memoryOf(child.pid);
  const ending = performance.now();
  await stopped(child);
  return { readyMs, stopMs: performance.now() - ending, memory };
}

/** The first start on an empty database, which it migrates and seeds, and the next ones. */
async function startsOf(settings: Readonly<Record<string, string>>, again: number) {
  const dataDir = mkdtempSync(join(tmpdir(), 'slimy-bench-start-'));
  const first = await startOnce({ dataDir, settings });
  const next: Start[] = [];
  for (let start = 0; start < again; start += 1) next.push(await startOnce({ dataDir, settings }));
  rmSync(dataDir, { recursive: true, force: true });
  return { first, next };
}

function row(name: string, starts: readonly Start[]) {
  const of = (figure: (start: Start) => number) => median(starts.map(figure));
  return {
    start: name,
    'ready after ms': Math.round(of(({ readyMs }) => readyMs)),
    'stopped after ms': Math.round(of(({ stopMs }) => stopMs)),
    'memory MB': Math.round(of(({ memory }) => memory) / 2 ** 20),
  };
}

/** How long the built program takes until it is ready, on an empty database and on one it knows, and to stop. */
export async function runStartBenchmark({ rounds }: { readonly rounds: number }): Promise<void> {
  const [mariaDb, redis] = await Promise.all([startMariaDb(), startRedis()]);
  const setups = new Map([
    ['SQLite + in-process', async () => ({ DEMO: '1' })],
    [
      'MariaDB + Redis',
      async () => ({ DEMO: '1', DATABASE_URL: await mariaDb.createDatabase(), REDIS_URL: redis.url }),
    ],
  ]);
  const rows = [];
  for (const [name, settings] of setups) {
    const first: Start[] = [];
    const next: Start[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const starts = await startsOf(await settings(), 2);
      first.push(starts.first);
      next.push(...starts.next);
    }
    rows.push(row(`${name}, new database`, first), row(`${name}, again`, next));
  }
  await Promise.all([mariaDb.stop(), redis.stop()]);
  printTable(rows);
  writeJson('bench-results/start.json', { rounds, rows });
}
