import { openDatabase, type Database } from '@slimy/db';
import {
  describeOnBothSetups,
  KILL_POINTS_MS,
  killPoints,
  seededRandom,
  shortOrLong,
  startMariaDb,
  temporaryFolder,
} from '@slimy/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { WriteJournal } from './support/journal.ts';
import { demo } from './support/open-server.ts';
import {
  ask,
  endPrograms,
  environmentFor,
  pageOf,
  startProgram,
  type Environment,
} from './support/program.ts';

const WRITERS = 4;
/** Milliseconds of load within which a point lies, from the first acknowledgement on. */
const LOAD_MS = 400;

afterEach(endPrograms);

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function reading(environment: Environment, work: (database: Database) => Promise<void>): Promise<void> {
  const database = await openDatabase({ url: environment['DATABASE_URL'] ?? '', poolSize: 2 });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

describeOnBothSetups('The program, killed while it takes in events and messages', (fixture) => {
  it(
    'has everything it acknowledged once, and counted once, however often',
    { timeout: KILL_POINTS_MS },
    async () => {
      const random = seededRandom();
      const environment = {
        ...(await environmentFor(fixture, demo)),
        DATA_DIR: temporaryFolder('killed'),
        RATE_LIMIT_FACTOR: '1000000',
      };
      const journal = new WriteJournal();
      let program = await startProgram(environment);
      let headers = await pageOf(program);
      const points = killPoints(fixture.engine);
      for (let point = 0; point < points; point += 1) {
        const loaded = journal.write(program, headers, {
          writers: WRITERS,
          signal: new AbortController().signal,
        });
        const ms = Math.round(random.next() * LOAD_MS);
        await journal.goesOn();
        await after(ms);
        await program.end('SIGKILL');
        await loaded;
        // The session goes on in the next process, which listens elsewhere.
        program = await startProgram(environment);
        headers = { ...headers, origin: program.address };
        await reading(environment, (database) => journal.compare(database)).catch((error: unknown) => {
          throw new Error(`Point ${point}, after ${ms} ms, seed ${random.seed}`, { cause: error });
        });
      }
      await journal.finish(program, headers);
      await reading(environment, (database) => journal.compare(database));
      console.log(`killed ${points} times, seed ${random.seed}:`, JSON.stringify(journal.outcomes.all));
    },
  );
});

describe('MariaDB, killed while the program takes in events and messages', () => {
  it(
    'loses nothing that was acknowledged, and the program goes on without a restart',
    { timeout: KILL_POINTS_MS },
    async () => {
      const random = seededRandom();
      const mariaDb = await startMariaDb();
      const environment = {
        DATABASE_URL: await mariaDb.createDatabase(),
        DATA_DIR: temporaryFolder('killed'),
        RATE_LIMIT_FACTOR: '1000000',
      };
      const program = await startProgram(environment);
      const headers = await pageOf(program);
      const journal = new WriteJournal();
      const points = shortOrLong(1, 10);
      for (let point = 0; point < points; point += 1) {
        const stop = new AbortController();
        const loaded = journal.write(program, headers, { writers: WRITERS, signal: stop.signal });
        const ms = Math.round(random.next() * LOAD_MS);
        await journal.goesOn();
        await after(ms);
        await mariaDb.kill();
        await mariaDb.restart();
        await journal.goesOn();
        stop.abort();
        await loaded;
        await reading(environment, (database) => journal.compare(database)).catch((error: unknown) => {
          throw new Error(`Point ${point}, after ${ms} ms, seed ${random.seed}`, { cause: error });
        });
      }
      await journal.finish(program, headers);
      await reading(environment, (database) => journal.compare(database));
      expect(await ask(program, headers, 'auth.session')).toMatchObject({ status: 200, reason: null });
      expect([...journal.outcomes.kinds].filter((outcome) => /^500|no answer/.test(outcome))).toEqual([]);
      console.log(`killed ${points} times, seed ${random.seed}:`, JSON.stringify(journal.outcomes.all));
      await mariaDb.stop();
    },
  );
});
