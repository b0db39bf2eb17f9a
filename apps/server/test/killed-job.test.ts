import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  checkDatabase,
  column,
  insertPlainRows,
  openDatabase,
  repositories,
  timeOrderedId,
  type Database,
  type PlainRow,
} from '@slimy/db';
import {
  describeOnBothSetups,
  KILL_POINTS_MS,
  killPoints,
  seededRandom,
  temporaryFolder,
} from '@slimy/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { demo, ownGuild } from './support/open-server.ts';
import {
  endPrograms,
  environmentFor,
  startProgram,
  type Environment,
  type Program,
} from './support/program.ts';

const DAY = 86_400_000;
/** Old messages that come anew before each run: two batches of a file and more. */
const OLD = 1_200;
const YOUNG = 30;
const JOB = 'lifecycle.run';
/** Milliseconds of work within which a point lies, as long as no run has come to its end before it. */
const FIRST_WINDOW_MS = 150;

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describeOnBothSetups('The program, killed while a job of its own archives', (fixture) => {
  const random = seededRandom();
  const old = new Set<string>();
  let environment: Environment;
  let database: Database;
  let program: Program;
  let folder: string;
  let author: string;
  let sequence = 1_000;

  async function talk(count: number, daysAgo: number): Promise<string[]> {
    const start = Date.now() - daysAgo * DAY;
    const rows = Array.from({ length: count }, (_, index): PlainRow & { readonly id: string } => {
      sequence += 1;
      const at = new Date(start + index);
      const message = { guild_id: ownGuild, user_id: author, role: 'user', text: 'said', admin_only: false };
      const place = { id: timeOrderedId(at), sequence: String(sequence) };
      return { ...message, ...place, created_at: at.toISOString() };
    });
    await database.transaction(async ({ sql }) => {
      await insertPlainRows(sql, 'chat_messages', rows);
      await sql.execute('UPDATE guilds SET message_count = message_count + ? WHERE id = ?', [
        count,
        ownGuild,
      ]);
    });
    return rows.map(({ id }) => id);
  }

  const texts = async (query: string): Promise<string[]> =>
    (await database.sql.query(query, [], { text: column.text })).map(({ text }) => text);
  const inTable = () => texts('SELECT id AS text FROM chat_messages');
  /** The ids in every file that stands there under its own name. */
  function inFiles(): string[] {
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.gz')) : [];
    return files.flatMap((name) => {
      const lines = gunzipSync(readFileSync(join(folder, name)))
        .toString()
        .trim()
        .split('\n');
      return lines.slice(1, -1).map((line) => String(JSON.parse(line).id));
    });
  }
  /** Another text says that the run has begun, or has come further. */
  async function look(): Promise<string> {
    const states = await texts(`SELECT CONCAT(id, state, deleted_count) AS text FROM archives ORDER BY id`);
    return states.join();
  }
  const unfinished = () => texts(`SELECT state AS text FROM jobs WHERE kind = '${JOB}' AND state <> 'done'`);
  const enqueue = () =>
    database.transaction((transaction) => {
      const now = new Date();
      const job = { kind: JOB, payload: { kind: 'chat' }, runAt: now, maxAttempts: 5 };
      return repositories(transaction).jobs.enqueue(job, now);
    });

  beforeAll(async () => {
    environment = { ...(await environmentFor(fixture, demo)), DATA_DIR: temporaryFolder('killed-job') };
    folder = join(environment['DATA_DIR'] ?? '', 'archives');
    database = await openDatabase({ url: environment['DATABASE_URL'] ?? '', poolSize: 2 });
    [author = ''] = await texts('SELECT id AS text FROM users ORDER BY id LIMIT 1');
    const policy = { kind: 'chat', enabled: true, action: 'archive', days: 180, updatedById: null } as const;
    await repositories(database).retentionPolicies.save(policy, 0, new Date());
    await talk(YOUNG, 0);
    program = await startProgram(environment);
    await vi.waitFor(async () => expect(await unfinished()).toEqual([]), KILL_POINTS_MS);
  });
  afterAll(async () => {
    await endPrograms();
    await database.close();
  });

  it(
    'has each row live or in one archive, and the job goes on by itself',
    { timeout: KILL_POINTS_MS },
    async () => {
      const young = new Set(await inTable());
      const points = killPoints(fixture.engine);
      let window = FIRST_WINDOW_MS;
      let early = 0;
      for (let point = 0; point < points; point += 1) {
        for (const id of await talk(OLD, 400)) old.add(id);
        const before = await look();
        await enqueue();
        await vi.waitUntil(async () => (await look()) !== before, { timeout: 30_000, interval: 2 });
        const ms = Math.round(random.next() * window);
        const began = performance.now();
        await after(ms);
        await program.end('SIGKILL');
        if ((await unfinished()).length > 0) early += 1;
        else window = Math.max(50, performance.now() - began);
        const where = `point ${point}, after ${ms} ms, seed ${random.seed}`;
        const kept = new Set([...(await inTable()), ...inFiles()]);
        expect(
          [...old].filter((id) => !kept.has(id)),
          where,
        ).toEqual([]);
        program = await startProgram(environment);
        // The half minute for which a job belongs to a process without a sign of life.
        await database.sql.execute(`UPDATE jobs SET lease_until = ? WHERE state = 'running'`, [new Date(0)]);
        await vi.waitFor(async () => expect(await unfinished(), where).toEqual([]), {
          timeout: 60_000,
          interval: 50,
        });
        const archived = inFiles();
        expect(archived, where).toHaveLength(old.size);
        expect(new Set(archived), where).toEqual(old);
        expect(new Set(await inTable()), where).toEqual(young);
      }
      expect(await texts('SELECT DISTINCT state AS text FROM archives')).toEqual(['done']);
      const named = await texts('SELECT file_name AS text FROM archives ORDER BY file_name');
      expect(readdirSync(folder).toSorted()).toEqual(named);
      expect((await checkDatabase({ url: environment['DATABASE_URL'] ?? '' })).counters).toEqual([]);
      console.log(
        `killed at ${points} points, ${early} of them before the end of the job, seed ${random.seed}:`,
        `${old.size} rows in ${named.length} files`,
      );
    },
  );
});
