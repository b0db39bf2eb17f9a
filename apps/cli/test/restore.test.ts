import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { column, openDatabase, readPlainRows, type Database } from '@slimy/db';
import {
  describeOnBothSetups,
  KILL_POINTS_MS,
  seededRandom,
  shortOrLong,
  temporaryFolder,
} from '@slimy/testing';
import { beforeAll, expect, test, vi } from 'vitest';
import {
  demoInstallation,
  end,
  slimy,
  slimyJson,
  startServer,
  startSlimy,
  type DemoInstallation,
} from './programs.ts';

const recorded = { where: 'action = ?', parameters: ['backup.restore'] };

describeOnBothSetups('slimy restore', (fixture) => {
  let environment: DemoInstallation;
  let backup: string;
  let erased: string;

  const listOf = (dataDir: string) => join(dataDir, 'erased-people.jsonl');
  const dataDir = () => environment['DATA_DIR'] ?? '';

  /** The same installation on an empty database, in another data folder that has nothing but the keys. */
  async function elsewhere(): Promise<DemoInstallation> {
    const folder = join(temporaryFolder('restored'), 'data');
    mkdirSync(folder, { recursive: true });
    cpSync(join(dataDir(), 'secrets'), join(folder, 'secrets'), { recursive: true });
    return { ...environment, DATA_DIR: folder, DATABASE_URL: await fixture.databaseUrl() };
  }

  async function opened<T>({ DATABASE_URL }: DemoInstallation, ask: (database: Database) => Promise<T>) {
    const database = await openDatabase({ url: DATABASE_URL, poolSize: 2 });
    try {
      return await ask(database);
    } finally {
      await database.close();
    }
  }

  const people = ({ sql }: Database) =>
    sql.query('SELECT discord_id AS discordId, username FROM users ORDER BY discord_id', [], {
      discordId: column.text,
      username: column.text,
    });
  const isThere = (where: DemoInstallation) =>
    opened(where, async (database) => (await people(database)).some(({ discordId }) => discordId === erased));

  beforeAll(async () => {
    environment = await demoInstallation(fixture);
    backup = join(temporaryFolder('backup'), 'backup');
    expect(await slimy(environment, 'backup', '--to', backup)).toMatchObject({ code: 0 });
    const [person] = await opened(environment, people);
    erased = person?.discordId ?? '';
    const confirmed = ['erase-user', erased, '--confirm', `erase ${person?.username}`];
    expect(await slimy(environment, ...confirmed)).toMatchObject({ code: 0 });
  });

  test('takes the list of erased people, says how many went again, and does not begin without one unless told', async () => {
    const target = await elsewhere();
    const without = await slimy(target, 'restore', backup);
    expect(without).toMatchObject({ code: 1, output: '' });
    expect(without.errors).toContain(
      `There is no list of erased people at ${listOf(target['DATA_DIR'] ?? '')}`,
    );
    expect(without.errors).toContain('--no-erased');
    const mistyped = await slimy(target, 'restore', backup, '--erased', `${listOf(dataDir())}x`);
    expect(mistyped).toMatchObject({ code: 1, output: '' });
    expect(mistyped.errors).toContain(`${listOf(dataDir())}x`);
    const restored = await slimyJson(target, 'restore', backup, '--erased', listOf(dataDir()));
    expect(restored).toMatchObject({ erased: 1, erasedList: listOf(dataDir()) });
    expect(await isThere(target)).toBe(false);
    const records = await opened(target, ({ sql }) => readPlainRows(sql, 'audit_logs', recorded));
    expect(records).toHaveLength(1);
    // The next restore into this folder knows them too.
    expect(readFileSync(listOf(target['DATA_DIR'] ?? ''), 'utf8').match(/userIdHash/g)).not.toBeNull();

    const told = await elsewhere();
    const ended = await slimy(told, 'restore', backup, '--no-erased');
    expect(ended.code).toBe(0);
    expect(ended.output).toContain('Nobody was erased again');
    expect(await isThere(told)).toBe(true);
  });

  test(
    'that is killed before those who were erased are out again leaves a database that nothing starts on',
    async () => {
      const random = seededRandom();
      const words = ['restore', backup, '--erased', listOf(dataDir())];
      const isMarked = (where: DemoInstallation) =>
        opened(where, async (database) => {
          const mark = { where: 'name = ?', parameters: ['restore.unfinished'] };
          return (await readPlainRows(database.sql, 'program_facts', mark)).length > 0;
        });
      let unfinished = 0;
      for (let point = 0; point < shortOrLong(2, 20); point += 1) {
        const target = await elsewhere();
        const running = startSlimy(target, ...words);
        // Before the schema is there nobody can look.
        await vi.waitUntil(() => isMarked(target).catch(() => false), { timeout: 60_000, interval: 5 });
        // The first point is where the mark was seen.
        const ms = point === 0 ? 0 : Math.round(random.next() * 1_000);
        await new Promise((resolve) => setTimeout(resolve, ms));
        running.process.kill('SIGKILL');
        await running.ended;
        const where = `point ${point}, after ${ms} ms, seed ${random.seed}`;
        if (!(await isMarked(target))) {
          expect(await isThere(target), where).toBe(false);
          continue;
        }
        unfinished += 1;
        await expect(startServer(target), where).rejects.toThrow(
          'A restore into this database was not finished',
        );
        const examined = await slimy(target, 'doctor');
        expect(examined.code, where).toBe(1);
        expect(examined.output, where).toMatch(
          /FAIL restore: .*not finished[^]*slimy restore.*empty database/,
        );
        const archived = await slimy(target, 'archive');
        expect(archived, where).toMatchObject({ code: 1 });
        expect(archived.errors, where).toContain('was not finished');
      }
      expect(unfinished).toBeGreaterThan(0);
      const again = await elsewhere();
      expect(await slimy(again, ...words)).toMatchObject({ code: 0 });
      expect([await isMarked(again), await isThere(again)]).toEqual([false, false]);
      expect((await slimy(again, 'doctor')).output).not.toContain('FAIL restore');
      await end((await startServer(again)).process);
    },
    KILL_POINTS_MS,
  );
});
