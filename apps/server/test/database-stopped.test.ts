import { openDatabase } from '@slimy/db';
import {
  shortOrLong,
  startMariaDb,
  startRedis,
  temporaryFolder,
  type PrivateMariaDb,
  type PrivateRedis,
} from '@slimy/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Outcomes, WriteJournal } from './support/journal.ts';
import { otherGuild, ownGuild } from './support/open-server.ts';
import { ask, endPrograms, pageOf, startProgram, type Program } from './support/program.ts';

const STOPPED_MS = shortOrLong(3_000, 10_000);
/** Answers to each kind of read before the database is stopped, and after it is back. */
const WELL = 20;
/** Milliseconds between two calls of one reader. */
const PAUSE_MS = 20;
const WRITERS = 3;

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

let mariaDb: PrivateMariaDb;
let redis: PrivateRedis;
beforeEach(async () => {
  [mariaDb, redis] = await Promise.all([startMariaDb(), startRedis()]);
});
afterEach(async () => {
  await endPrograms();
  await Promise.all([mariaDb.kill(), redis.stop()]);
});

/** Two readers: one of what is read all the time and nobody changes, one of what nobody has read before. */
async function read(
  program: Program,
  headers: Record<string, string>,
  outcomes: Outcomes,
  signal: AbortSignal,
): Promise<void> {
  const repeat = async (kind: string, input: () => [string, object]): Promise<void> => {
    while (!signal.aborted) {
      const { status, reason } = await ask(program, headers, ...input());
      outcomes.add(kind, reason === null ? 'answered' : `${status} ${reason}`);
      await after(PAUSE_MS);
    }
  };
  let search = 0;
  await Promise.all([
    repeat('read before', () => ['guild.byId', { guildId: otherGuild }]),
    repeat('read anew', () => {
      search += 1;
      return ['guild.members.list', { guildId: ownGuild, search: `nobody ${search}` }];
    }),
  ]);
}

type Counts = Readonly<Record<string, number>>;

/** What came in between two counts. */
function since(before: Counts, now: Counts): Counts {
  return Object.fromEntries(
    Object.entries(now).flatMap(([name, count]) => {
      const more = count - (before[name] ?? 0);
      return more > 0 ? [[name, more]] : [];
    }),
  );
}

/** What a stopped server is: one that says nothing, or one that is not there. */
const stops = {
  'frozen and let go on': {
    stop: async () => mariaDb.suspend(),
    back: async () => mariaDb.resume(),
  },
  'killed and started again': {
    stop: () => mariaDb.kill(),
    back: () => mariaDb.restart(),
  },
} as const;

describe('Under a steady load of reads and writes, on MariaDB and Redis', () => {
  it.each(Object.entries(stops))(
    'a database that is %s costs refusals that say so, no acknowledged write and no restart',
    async (name, { stop, back }) => {
      const url = await mariaDb.createDatabase();
      const program = await startProgram({
        DATABASE_URL: url,
        REDIS_URL: redis.url,
        DATA_DIR: temporaryFolder('stopped'),
        RATE_LIMIT_FACTOR: '1000000',
      });
      const headers = await pageOf(program);
      const journal = new WriteJournal();
      const reads = new Outcomes();
      const ended = new AbortController();
      const loaded = Promise.all([
        journal.write(program, headers, { writers: WRITERS, signal: ended.signal }),
        read(program, headers, reads, ended.signal),
      ]);
      const reading = async () => {
        const { 'read before: answered': before = 0, 'read anew: answered': anew = 0 } = reads.all;
        const enough = () =>
          expect(reads.all).toMatchObject({
            'read before: answered': expect.toSatisfy((count: number) => count >= before + WELL),
            'read anew: answered': expect.toSatisfy((count: number) => count >= anew + WELL),
          });
        await vi.waitFor(enough, 60_000);
      };
      await Promise.all([reading(), journal.goesOn()]);
      const before = { ...reads.all, ...journal.outcomes.all };
      await stop();
      await after(STOPPED_MS);
      const untilNow = () => since(before, { ...reads.all, ...journal.outcomes.all });
      // What was read just before goes on, however few calls a busy machine makes in that time.
      await vi.waitFor(() => expect(untilNow()['read before: answered']).toBeGreaterThan(WELL), 20_000);
      const during = untilNow();
      await back();
      const backAt = performance.now();
      await journal.goesOn();
      const recoveredMs = Math.round(performance.now() - backAt);
      await reading();
      ended.abort();
      await loaded;
      await journal.finish(program, headers);

      const all = { ...reads.all, ...journal.outcomes.all };
      console.log(
        `${name} for ${STOPPED_MS} ms, writes go on ${recoveredMs} ms after it is back;`,
        `meanwhile ${JSON.stringify(during)}, in all ${JSON.stringify(all)}`,
      );
      const outcomes = new Set([...reads.kinds, ...journal.outcomes.kinds]);
      expect([...outcomes].filter((one) => !expected.has(one))).toEqual([]);
      const database = await openDatabase({ url, poolSize: 2 });
      await journal.compare(database);
      await database.close();
      await vi.waitFor(
        async () => expect((await fetch(`${program.address}/readyz`)).status).toBe(200),
        20_000,
      );
      expect(program.process.exitCode).toBeNull();
    },
  );
});

const expected: ReadonlySet<string> = new Set(['answered', '503 database_unavailable', '408 timed_out']);
