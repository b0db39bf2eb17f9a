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
import { describeOnBothSetups, KILL_POINTS_MS, killPoints, seededRandom, shortOrLong } from '@slimy/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeOf, installationOnMortalMariaDb, Killer, type StruckInstallation } from './killed.ts';
import { demoInstallation, slimy, type DemoInstallation } from './programs.ts';

const DAY = 86_400_000;
/** Old messages that come anew before each run. */
const OLD = 1_200;
const YOUNG = 30;
const guild = '11000000000000001';
const words = ['archive', 'chat'];

function losesAndDoublesNothing(open: () => Promise<StruckInstallation>): void {
  let struck: StruckInstallation;
  let environment: DemoInstallation;
  let database: Database;
  let folder: string;
  let author: string;
  let sequence = 0;
  const old = new Set<string>();

  async function talk(count: number, daysAgo: number): Promise<string[]> {
    const start = Date.now() - daysAgo * DAY;
    const ids: string[] = [];
    const rows = Array.from({ length: count }, (_, index): PlainRow => {
      sequence += 1;
      const at = new Date(start + index);
      const id = timeOrderedId(at);
      ids.push(id);
      return {
        id,
        guild_id: guild,
        user_id: author,
        sequence: String(sequence),
        role: 'user',
        text: `message ${sequence}`,
        admin_only: false,
        created_at: at.toISOString(),
      };
    });
    await database.transaction(async ({ sql }) => {
      await insertPlainRows(sql, 'chat_messages', rows);
      await sql.execute('UPDATE guilds SET message_count = message_count + ? WHERE id = ?', [count, guild]);
    });
    return ids;
  }

  async function talkLongAgo(): Promise<void> {
    for (const id of await talk(OLD, 400)) old.add(id);
  }

  const texts = async (query: string): Promise<string[]> =>
    (await database.sql.query(query, [], { text: column.text })).map(({ text }) => text);
  const inTable = () => texts('SELECT id AS text FROM chat_messages');

  /** The ids in every file that stands there under its own name; each of them is whole. */
  function inFiles(): string[] {
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.gz')) : [];
    return files.flatMap((name) => {
      const lines = gunzipSync(readFileSync(join(folder, name)))
        .toString()
        .trim()
        .split('\n');
      const rows = lines.slice(1, -1).map((line) => String(JSON.parse(line).id));
      expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ end: true, rowCount: rows.length });
      return rows;
    });
  }

  beforeAll(async () => {
    struck = await open();
    ({ environment } = struck);
    folder = join(environment['DATA_DIR'] ?? '', 'archives');
    database = await openDatabase({ url: environment.DATABASE_URL, poolSize: 2 });
    [author = ''] = await texts('SELECT id AS text FROM users LIMIT 1');
    const policy = { kind: 'chat', enabled: true, action: 'archive', days: 180, updatedById: null } as const;
    await repositories(database).retentionPolicies.save(policy, 0, new Date());
    await talk(YOUNG, 0);
  });
  afterAll(async () => {
    await database.close();
    await struck.close();
  });

  test(
    'loses no row and doubles none, and the next run finishes it',
    { timeout: KILL_POINTS_MS },
    async () => {
      const random = seededRandom();
      const look = changeOf(database, ['archives', 'chat_messages'], folder);
      const { points, strike } = struck;
      const killer = new Killer(environment, look, () => random.next(), strike);
      for (let point = 0; point < points; point += 1) {
        await talkLongAgo();
        const { ms, ended } = await killer.kill(...words);
        if (ended !== null) expect(ended).toMatchObject({ code: 0 });
        const where = `point ${point}, after ${ms} ms, seed ${random.seed}`;
        const kept = new Set([...(await inTable()), ...inFiles()]);
        expect(
          [...old].filter((id) => !kept.has(id)),
          where,
        ).toEqual([]);
      }
      expect(await slimy(environment, ...words)).toMatchObject({ code: 0 });
      const archived = inFiles();
      expect(archived).toHaveLength(old.size);
      expect(new Set(archived)).toEqual(old);
      expect(await inTable()).toHaveLength(YOUNG);
      // A database that is back at once is told by the command itself that the file was not written: nothing is in it.
      const whole = "FROM archives WHERE state <> 'failed'";
      expect(await texts(`SELECT DISTINCT state AS text ${whole}`)).toEqual(['done']);
      const named = await texts(`SELECT file_name AS text ${whole} ORDER BY file_name`);
      expect(readdirSync(folder).toSorted()).toEqual(named);
      expect((await checkDatabase({ url: environment.DATABASE_URL })).counters).toEqual([]);
      console.log(
        `killed at ${points} points, ${killer.unfinished} of them before its end, seed ${random.seed}:`,
        `${old.size} rows in ${named.length} files`,
      );
    },
  );
}

describeOnBothSetups('slimy archive, killed', (fixture) => {
  losesAndDoublesNothing(async () => ({
    environment: await demoInstallation(fixture),
    points: killPoints(fixture.engine),
    close: async () => {},
  }));
});

describe('slimy archive, whose MariaDB is killed', () => {
  losesAndDoublesNothing(() => installationOnMortalMariaDb(shortOrLong(2, 10)));
});
