import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  column,
  insertPlainRows,
  openDatabase,
  personalTables,
  readPlainRows,
  tableNames,
  timeOrderedId,
  type Database,
  type PlainRow,
} from '@slimy/db';
import { describeOnBothSetups, KILL_POINTS_MS, killPoints, seededRandom, shortOrLong } from '@slimy/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { changeOf, installationOnMortalMariaDb, Killer, type StruckInstallation } from './killed.ts';
import { demoInstallation, end, slimy, startWorker, type DemoInstallation } from './programs.ts';

/** Rows in each of two tables: several batches. */
const ROWS = 600;
const guild = '11000000000000001';

interface Person {
  readonly id: string;
  readonly discordId: string;
  readonly username: string;
}

function leavesNothing(open: () => Promise<StruckInstallation>): void {
  let struck: StruckInstallation;
  let environment: DemoInstallation;
  let database: Database;
  let people: Person[];
  let sequence = 0;

  const wordsFor = ({ discordId, username }: Person) => [
    'erase-user',
    discordId,
    '--confirm',
    `erase ${username}`,
  ];

  /** What the person leaves behind: messages and events, and what the demo's own person says about them. */
  async function live({ id, discordId }: Person): Promise<void> {
    const at = new Date().toISOString();
    const some = (row: (index: number) => PlainRow) => Array.from({ length: ROWS }, (_, index) => row(index));
    const own = { user_id: id, text: 'said' };
    await database.transaction(async ({ sql }) => {
      const messages = some((index) => {
        sequence += 1;
        const said = index % 4 === 0 ? { user_id: people[0]?.id ?? '', text: `hello <@${discordId}>` } : own;
        const message = { guild_id: guild, role: 'user', admin_only: false, ...said };
        return { ...message, id: timeOrderedId(), sequence: String(sequence), created_at: at };
      });
      await insertPlainRows(sql, 'chat_messages', messages);
      const event = { user_id: id, guild_id: guild, type: 'test.lived', value: 1, source: id, timestamp: at };
      const events = some((index) => ({ ...event, id: timeOrderedId(), event_id: `${index}` }));
      await insertPlainRows(sql, 'stats', events);
      await sql.execute('UPDATE guilds SET message_count = message_count + ? WHERE id = ?', [ROWS, guild]);
    });
  }

  /** Rows of the person, by the registry. */
  async function rowsOf({ id }: Person): Promise<number> {
    let count = 0;
    for (const { table, of, goes } of personalTables) {
      if (of === null || !goes) continue;
      const row = await database.sql.one(`SELECT COUNT(*) AS count FROM ${table} WHERE ${of}`, [id], {
        count: column.int,
      });
      count += row?.count ?? 0;
    }
    return count;
  }

  /** Tables and files that hold one of the texts. */
  async function placesWith(texts: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const table of tableNames) {
      const stored = JSON.stringify(await readPlainRows(database.sql, table, {}));
      if (texts.some((text) => stored.includes(text))) found.push(table);
    }
    const url = environment.DATABASE_URL;
    const own = readdirSync(environment['DATA_DIR'] ?? '', { withFileTypes: true, recursive: true });
    const files = own.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    if (url.startsWith('file:')) files.push(url.slice('file:'.length), `${url.slice('file:'.length)}-wal`);
    for (const file of files) {
      const bytes = readFileSync(file);
      if (texts.some((text) => bytes.includes(text))) found.push(file);
    }
    return found;
  }

  const erasedCount = async (): Promise<number> =>
    (await readPlainRows(database.sql, 'erased_people', {})).length;

  beforeAll(async () => {
    struck = await open();
    ({ environment } = struck);
    database = await openDatabase({ url: environment.DATABASE_URL, poolSize: 2 });
    people = await database.sql.query(
      'SELECT id, discord_id AS discordId, username FROM users ORDER BY discord_id',
      [],
      { id: column.text, discordId: column.text, username: column.text },
    );
  });
  afterAll(async () => {
    await database.close();
    await struck.close();
  });

  test(
    'has not begun, or is finished by the next run or by the job that stands for it',
    { timeout: KILL_POINTS_MS },
    async () => {
      const random = seededRandom();
      const tables = ['erased_people', 'audit_logs', 'chat_messages', 'stats'];
      const look = changeOf(database, tables, join(environment['DATA_DIR'] ?? '', 'archives'));
      const { points, strike } = struck;
      const killer = new Killer(environment, look, () => random.next(), strike);
      const gone: Person[] = [];
      // The first is the demo's own person.
      for (const [point, person] of people.slice(1, points + 1).entries()) {
        await live(person);
        const [rows, erased] = [await rowsOf(person), await erasedCount()];
        const { ms, ended } = await killer.kill(...wordsFor(person));
        if (ended !== null) expect(ended).toMatchObject({ code: 0, output: 'The person is erased.\n' });
        const where = `point ${point}, after ${ms} ms, seed ${random.seed}`;
        if ((await erasedCount()) === erased) {
          expect(await rowsOf(person), where).toBe(rows);
          continue;
        }
        gone.push(person);
        // Every second one is left to its job.
        if (ended !== null || point % 2 === 1) continue;
        const again = await slimy(environment, ...wordsFor(person));
        if (again.code !== 0) expect(again.errors, where).toContain('Nobody is known here');
        expect(await rowsOf(person), where).toBe(0);
      }
      // The minute that a job leaves to the process that began.
      await database.sql.execute('UPDATE jobs SET run_at = ?', [new Date(0)]);
      const worker = await startWorker(environment);
      const waiting = `state IN ('queued', 'running') AND kind IN ('user.erase', 'database.remains')`;
      await vi.waitFor(
        async () => expect(await readPlainRows(database.sql, 'jobs', { where: waiting })).toEqual([]),
        { timeout: KILL_POINTS_MS, interval: 100 },
      );
      await end(worker);
      const texts = gone.flatMap(({ id, discordId, username }) => [id, discordId, username]);
      expect(await placesWith(texts), `seed ${random.seed}`).toEqual([]);
      console.log(
        `killed at ${points} points, ${killer.unfinished} of them before its end,`,
        `${gone.length} erasures had begun, seed ${random.seed}`,
      );
    },
  );
}

describeOnBothSetups('slimy erase-user, killed', (fixture) => {
  leavesNothing(async () => ({
    environment: await demoInstallation(fixture),
    points: killPoints(fixture.engine),
    close: async () => {},
  }));
});

describe('slimy erase-user, whose MariaDB is killed', () => {
  leavesNothing(() => installationOnMortalMariaDb(shortOrLong(2, 10)));
});
