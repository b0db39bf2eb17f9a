import { startMariaDb } from '@slimy/testing';
import { createPool } from 'mysql2/promise';
import { openCore } from '../program/open-core.js';
import { printTable, writeJson } from '../report.js';
import { interleave, median } from '../rounds.js';
import { fillGuild } from './fill.js';
import { LIMIT, pagesAt, type ReadPage } from './pages.js';

const CALLS = 100;
const OFFSET_CALLS = 3;
const DEEP_PAGE = 10_000;

/** Milliseconds of one call: the median of some, after each other. */
async function msOf(read: ReadPage, calls: number): Promise<number> {
  const times: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const start = performance.now();
    await read();
    times.push(performance.now() - start);
  }
  return median(times);
}

/** Holds the ways against each other: a fast page of other rows would be worth nothing. */
async function requireSamePages(ways: Readonly<Record<string, ReadPage>>, name: string): Promise<void> {
  const pages = await Promise.all(Object.values(ways).map((read) => read()));
  const [first] = pages;
  if (first?.[0] === undefined || pages.some((page) => String(page) !== String(first))) {
    throw new Error(`The ways to ${name} give different rows: ${JSON.stringify(pages)}`);
  }
}

/**
 * Lists of a million messages and a million events on MariaDB: page 1 beside page 10,000 by cursor at the service,
 * beside a bare prepared statement of mysql2, and the same page by offset. Nothing is read from a cache.
 */
export async function runListsBenchmark(options: {
  readonly rounds: number;
  readonly rows: number;
}): Promise<void> {
  const { rounds, rows: total } = options;
  const mariaDb = await startMariaDb({ args: ['--innodb-buffer-pool-size=2G'] });
  const url = await mariaDb.createDatabase();
  const opened = await openCore(url);
  const fillStart = performance.now();
  const guild = await fillGuild(opened.database, total);
  console.log(
    `${total} messages and events stored in ${Math.round((performance.now() - fillStart) / 1000)} s`,
  );
  const pool = createPool({ uri: url, connectionLimit: 2, charset: 'utf8mb4_bin', dateStrings: true });
  const deepPage = Math.min(DEEP_PAGE, Math.floor(total / LIMIT / 2));
  const first = pagesAt(opened.core, pool, guild, total, 0);
  const deep = pagesAt(opened.core, pool, guild, total, (deepPage - 1) * LIMIT);

  const contenders = new Map<string, () => Promise<number>>();
  for (const list of ['messages', 'events'] as const) {
    await requireSamePages(first[list], `page 1 of ${list}`);
    await requireSamePages(deep[list], `page ${deepPage} of ${list}`);
    const add = (name: string, read: ReadPage, calls: number) =>
      contenders.set(`${list}: ${name}`, () => msOf(read, calls));
    add('service, page 1', first[list].service, CALLS);
    add('service, page 10,000 by cursor', deep[list].service, CALLS);
    add('bare statement, page 1', first[list].bare, CALLS);
    add('bare statement, page 10,000 by cursor', deep[list].bare, CALLS);
    add('bare statement, page 10,000 by offset', deep[list].offset, OFFSET_CALLS);
  }
  const results = await interleave(contenders, rounds);
  await pool.end();
  await opened.close();
  await mariaDb.stop();

  const ms = (name: string) => median(results.get(name) ?? []);
  const rows = [...results.keys()].map((name) => {
    const [list = ''] = name.split(':');
    const page = name.includes('10,000') ? 'page 10,000 by cursor' : 'page 1';
    return {
      [`a page of ${LIMIT} out of ${total.toLocaleString('en-US')}`]: name,
      ms: ms(name),
      'times page 1': ms(name) / ms(name.replace(/page 10,000.*/, 'page 1')),
      'times the bare statement': ms(name) / ms(`${list}: bare statement, ${page}`),
    };
  });
  printTable(rows);
  writeJson('bench-results/lists.json', { rounds, total, page: deepPage, rows });
}
