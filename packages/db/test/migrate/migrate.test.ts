import { describeOnEachEngine } from '@slimy/testing';
import { describe, expect, test } from 'vitest';
import { checkDatabase, migrate, migrationStatus } from '../../src/index.ts';
import { MigrationScratch, copyOfOurs, keepingLogger, ourMigrations, rows, run } from './scratch.ts';

const SCRIPTS = [
  'audit-guard.sql',
  'club-schema.sql',
  'guild-personality.sql',
  'guild-settings.sql',
  'screenshot-guard.sql',
];

describeOnEachEngine('migrate', (fixture) => {
  const folder = fixture.engine === 'mariadb' ? 'mysql' : 'sqlite';

  test('brings an empty database to the schema, and finds nothing to do after that', async () => {
    const database = { url: await fixture.databaseUrl() };
    const logger = keepingLogger();
    expect((await migrationStatus({ ...database, url: await created(database.url) })).ready).toBe(false);
    const first = await migrate({ database, logger });
    expect(first).toEqual({ applied: ourMigrations(folder), scripts: SCRIPTS, seeded: false, edited: [] });
    expect(await checkDatabase(database)).toEqual({
      migrations: {
        ready: true,
        applied: ourMigrations(folder),
        pending: [],
        unfinished: [],
        unknown: [],
        edited: [],
        scriptsPending: [],
      },
      drift: [],
      triggers: [],
      counters: [],
    });
    const nothing = { applied: [], scripts: [], seeded: false, edited: [] };
    expect(await migrate({ database, logger })).toEqual(nothing);
    expect(await migrate({ database, logger, rerunScripts: true })).toEqual({ ...nothing, scripts: SCRIPTS });
    expect((await checkDatabase(database)).drift).toEqual([]);
    expect(logger.warnings).toEqual([]);
  });

  test('keeps the history that Prisma would keep', async () => {
    const url = await fixture.databaseUrl();
    const scratch = new MigrationScratch(folder).lockFor(folder);
    scratch.migration('20260101000000_first', 'CREATE TABLE a (id INT PRIMARY KEY);\n');
    await migrate({ database: { url }, folder: scratch.folder, logger: keepingLogger() });
    const [row] = await rows(url, 'SELECT * FROM _prisma_migrations');
    expect(row).toMatchObject({
      migration_name: '20260101000000_first',
      // What sha256sum says of the file.
      checksum: '0461af8622a5515aeb91a53b1c7df7d1a8c3812e42a396aafa20c51c4efb9f9d',
      logs: null,
      rolled_back_at: null,
    });
    expect(String(row?.['id'])).toMatch(/^[0-9a-f-]{36}$/);
    expect(Number(row?.['applied_steps_count'])).toBe(1);
    expect(row?.['finished_at']).not.toBeNull();
  });

  test('seeds once, under its name, and again when the seed failed', async () => {
    const database = { url: await fixture.databaseUrl() };
    const scratch = new MigrationScratch(folder).migration('1_a', 'CREATE TABLE a (id INT PRIMARY KEY)');
    const options = { database, folder: scratch.folder, logger: keepingLogger() };
    let runs = 0;
    const failing = { name: 'demo', run: () => Promise.reject(new Error('no rows today')) };
    const seed = {
      name: 'demo',
      run: async () => {
        runs += 1;
      },
    };
    await expect(migrate({ ...options, seed: failing })).rejects.toThrow('no rows today');
    expect((await migrate({ ...options, seed })).seeded).toBe(true);
    expect((await migrate({ ...options, seed })).seeded).toBe(false);
    expect(runs).toBe(1);
  });

  test('runs a script again when it has changed, or when asked to', async () => {
    const database = { url: await fixture.databaseUrl() };
    const scratch = new MigrationScratch(folder).migration('1_a', 'CREATE TABLE a (id INT PRIMARY KEY)');
    scratch.script('s.sql', 'INSERT INTO a VALUES (1)');
    const options = { database, folder: scratch.folder, logger: keepingLogger() };
    expect((await migrate(options)).scripts).toEqual(['s.sql']);
    expect((await migrate(options)).scripts).toEqual([]);
    scratch.script('s.sql', 'DELETE FROM a; INSERT INTO a VALUES (2)');
    expect((await migrationStatus(database, scratch.folder)).scriptsPending).toEqual(['s.sql']);
    expect((await migrate(options)).scripts).toEqual(['s.sql']);
    expect((await migrate({ ...options, rerunScripts: true })).scripts).toEqual(['s.sql']);
    expect((await rows(database.url, 'SELECT id FROM a')).map((row) => Number(row['id']))).toEqual([2]);
  });

  test('says where a script failed and goes on with it when it is put right', async () => {
    const database = { url: await fixture.databaseUrl() };
    const scratch = new MigrationScratch(folder).migration('1_a', 'CREATE TABLE a (id INT PRIMARY KEY)');
    scratch.script('s.sql', 'DELETE FROM a;\nDELETE FROM b;');
    const options = { database, folder: scratch.folder, logger: keepingLogger() };
    await expect(migrate(options)).rejects.toMatchObject({
      code: 'FAILED',
      message: expect.stringMatching(/s\.sql failed at line 2: .*\bb\b[^]*npm run db:migrate/),
    });
    scratch.script('s.sql', 'DELETE FROM a;');
    expect(await migrate(options)).toMatchObject({ applied: [], scripts: ['s.sql'] });
  });

  test('refuses a database that a newer program migrated, and changes nothing', async () => {
    const database = { url: await fixture.databaseUrl() };
    const newer = copyOfOurs(folder).migration(
      '29990101000000_future',
      'CREATE TABLE future (id INT PRIMARY KEY)',
    );
    await migrate({ database, folder: newer.folder, logger: keepingLogger() });
    await expect(migrate({ database, logger: keepingLogger() })).rejects.toMatchObject({
      code: 'NEWER',
      message: expect.stringMatching(/29990101000000_future[^]*Start that newer version/),
    });
    expect(await migrationStatus(database)).toMatchObject({
      ready: false,
      unknown: ['29990101000000_future'],
    });
  });

  test('refuses a database with tables and no history', async () => {
    const database = { url: await fixture.databaseUrl() };
    await run(database.url, 'CREATE TABLE theirs (id INT PRIMARY KEY)');
    await expect(migrate({ database, logger: keepingLogger() })).rejects.toMatchObject({
      code: 'NOT_OURS',
      message: expect.stringContaining('theirs'),
    });
    expect(await rows(database.url, 'SELECT * FROM theirs')).toEqual([]);
  });

  test('refuses the migrations of another engine, and a folder without any', async () => {
    const database = { url: await fixture.databaseUrl() };
    const other = new MigrationScratch(folder).lockFor('postgresql');
    const logger = keepingLogger();
    await expect(migrate({ database, folder: other.folder, logger })).rejects.toMatchObject({
      code: 'WRONG_FOLDER',
      message: expect.stringContaining(`for postgresql, not for ${folder}`),
    });
    await expect(migrate({ database, folder: '/nowhere', logger })).rejects.toMatchObject({
      code: 'WRONG_FOLDER',
    });
  });

  test('reports a statement that failed: what is applied, what is not, the next command; goes on when it is put right', async () => {
    const database = { url: await fixture.databaseUrl() };
    const scratch = new MigrationScratch(folder)
      .migration('1_first', 'CREATE TABLE a (id INT PRIMARY KEY, n INT)')
      .migration(
        '2_second',
        'INSERT INTO a VALUES (1, 7);\nINSERT INTO a VALUES (2, 7);\nCREATE UNIQUE INDEX a_n ON a (n);\nINSERT INTO a VALUES (3, 8);',
      )
      .migration('3_third', 'CREATE TABLE c (id INT PRIMARY KEY)');
    const options = { database, folder: scratch.folder, logger: keepingLogger() };
    await expect(migrate(options)).rejects.toMatchObject({
      code: 'FAILED',
      message: expect.stringMatching(
        /^Migration 2_second failed at statement 3 of 4: .*\n {2}CREATE UNIQUE INDEX a_n ON a \(n\)\nApplied: 1_first; of 2_second the statements 1 to 2\.\nNot applied: of 2_second the statements 3 to 4; 3_third\.\nNext: .*npm run db:migrate; it goes on at statement 3/,
      ),
    });
    const status = await migrationStatus(database, scratch.folder);
    expect(status).toMatchObject({ ready: false, applied: ['1_first'], pending: ['2_second', '3_third'] });
    expect(status.unfinished).toEqual([
      { name: '2_second', failure: expect.stringMatching(/unique|duplicate/i) },
    ]);
    await run(database.url, 'DELETE FROM a WHERE id = 2');
    expect((await migrate(options)).applied).toEqual(['2_second', '3_third']);
    expect(
      (await rows(database.url, 'SELECT id FROM a ORDER BY id')).map((row) => Number(row['id'])),
    ).toEqual([1, 3]);
    expect((await migrationStatus(database, scratch.folder)).unfinished).toEqual([]);
  });

  test('goes on with a file whose failed statement was corrected, not with one whose finished statements changed', async () => {
    const database = { url: await fixture.databaseUrl() };
    const scratch = new MigrationScratch(folder).migration(
      '1_a',
      'CREATE TABLE a (id INT PRIMARY KEY);\nINSERT INTO nowhere VALUES (1);',
    );
    const options = { database, folder: scratch.folder, logger: keepingLogger() };
    await expect(migrate(options)).rejects.toThrow('failed at statement 2 of 2');
    scratch.migration('1_a', 'CREATE TABLE a (id BIGINT PRIMARY KEY);\nINSERT INTO a VALUES (1);');
    await expect(migrate(options)).rejects.toMatchObject({
      code: 'IN_DOUBT',
      message: expect.stringMatching(/statement 1 of .* is no longer the one that ran[^]*Restore the file/),
    });
    scratch.migration(
      '1_a',
      'CREATE TABLE a (id INT PRIMARY KEY);\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);',
    );
    expect((await migrate(options)).applied).toEqual(['1_a']);
    expect(await migrationStatus(database, scratch.folder)).toMatchObject({ ready: true, edited: [] });
    expect(await rows(database.url, 'SELECT id FROM a')).toHaveLength(2);
  });

  test('reports applied migrations whose files have changed, line ends aside, and works on', async () => {
    const database = { url: await fixture.databaseUrl() };
    const scratch = new MigrationScratch(folder).migration(
      '1_a',
      '-- one\nCREATE TABLE a (id INT PRIMARY KEY);\n',
    );
    await migrate({ database, folder: scratch.folder, logger: keepingLogger() });
    scratch.migration('1_a', '-- one\r\nCREATE TABLE a (id INT PRIMARY KEY);\r\n');
    expect((await migrationStatus(database, scratch.folder)).edited).toEqual([]);
    scratch.migration('1_a', 'CREATE TABLE a (id BIGINT PRIMARY KEY);\n');
    const logger = keepingLogger();
    expect((await migrate({ database, folder: scratch.folder, logger })).edited).toEqual(['1_a']);
    expect(logger.warnings.join()).toMatch(/1_a.*npm run db:check/);
    expect((await migrationStatus(database, scratch.folder)).ready).toBe(true);
  });

  test('leaves a migration alone that another tool began', async () => {
    const database = { url: await fixture.databaseUrl() };
    const scratch = new MigrationScratch(folder).migration('1_a', 'CREATE TABLE a (id INT PRIMARY KEY)');
    const options = { database, folder: scratch.folder, logger: keepingLogger() };
    await migrate(options);
    scratch.migration('2_b', 'CREATE TABLE b (id INT PRIMARY KEY)');
    await run(
      database.url,
      "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) VALUES ('x', 'y', '2_b', '2026-01-01 00:00:00')",
    );
    await expect(migrate(options)).rejects.toMatchObject({
      code: 'IN_DOUBT',
      message: expect.stringContaining('prisma migrate resolve --applied 2_b'),
    });
  });

  test('refuses a statement whose effect nobody could tell after a crash, before anything runs', async () => {
    const database = { url: await fixture.databaseUrl() };
    const scratch = new MigrationScratch(folder).migration(
      '1_a',
      'CREATE TABLE a (id INT PRIMARY KEY);\nCOMMIT;',
    );
    await expect(
      migrate({ database, folder: scratch.folder, logger: keepingLogger() }),
    ).rejects.toMatchObject({ code: 'WRONG_FOLDER', message: expect.stringContaining('line 2') });
    expect((await migrationStatus(database, scratch.folder)).applied).toEqual([]);
  });

  test('stops before the next statement when asked to, and goes on later', async () => {
    const database = { url: await fixture.databaseUrl() };
    const scratch = new MigrationScratch(folder).migration(
      '1_a',
      'CREATE TABLE a (id INT PRIMARY KEY);\nCREATE TABLE b (id INT PRIMARY KEY);',
    );
    const stop = new AbortController();
    const options = { database, folder: scratch.folder, logger: keepingLogger() };
    await expect(
      migrate({ ...options, signal: stop.signal, onProgress: () => stop.abort() }),
    ).rejects.toMatchObject({ code: 'STOPPED' });
    expect((await migrate(options)).applied).toEqual(['1_a']);
  });
});

/** Makes sure that the embedded file is there, which a status does not create. */
async function created(url: string): Promise<string> {
  await run(url, 'SELECT 1');
  return url;
}

describe('a MariaDB that is not ready for us', () => {
  test('the host that does not answer is named, within five seconds', async () => {
    const started = performance.now();
    await expect(
      migrate({ database: { url: 'mysql://nobody:secret@127.0.0.1:1/slimy' }, logger: keepingLogger() }),
    ).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/127\.0\.0\.1:1 .*nothing listens there/),
    });
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
