import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { column, openDatabase, readPlainRows, type Database } from '@slimy/db';
import { describeOnBothSetups, temporaryFolder } from '@slimy/testing';
import { beforeAll, expect, test } from 'vitest';
import { demoInstallation, slimy, slimyJson, type DemoInstallation } from './programs.ts';

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
});
