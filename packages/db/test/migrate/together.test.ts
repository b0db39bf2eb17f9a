import { describeOnEachEngine } from '@slimy/testing';
import { expect, test } from 'vitest';
import { migrate, migrationStatus } from '../../src/index.ts';
import { MigratingProcess } from './migrating-process.ts';
import { MigrationScratch, copyOfOurs, keepingLogger, ourMigrations, rows } from './scratch.ts';

/** Milliseconds until the lock may be taken over, by the database's clock. */
async function lockRemainingMs(url: string): Promise<number> {
  const now = url.startsWith('mysql:')
    ? 'UNIX_TIMESTAMP(NOW(3)) * 1000'
    : "(julianday('now') - 2440587.5) * 86400000";
  const [lock] = await rows(url, `SELECT expires_at - ${now} AS remaining FROM _slimy_migration_lock`);
  return Number(lock?.['remaining']);
}

const SEED_TABLE = 'CREATE TABLE seeded (process INT NOT NULL)';

describeOnEachEngine('processes that start at once', (fixture) => {
  const engine = fixture.engine === 'mariadb' ? 'mysql' : 'sqlite';

  test(
    'apply each migration once and seed once, four of them on an empty database',
    { timeout: 60_000 },
    async () => {
      const url = await fixture.databaseUrl();
      const scratch = copyOfOurs(engine).migration('29990101000000_seed_table', SEED_TABLE);
      const { folder } = scratch;
      const processes = Array.from(
        { length: 4 },
        () => new MigratingProcess({ url, folder, seeds: true, expiryMs: 10_000 }),
      );
      const results = (await Promise.all(processes.map((process) => process.end()))).map(
        ({ result }) => result,
      );
      expect(results.filter((result) => result?.['seeded'] === true)).toHaveLength(1);
      expect(results.flatMap((result) => result?.['applied'])).toEqual([
        ...ourMigrations(engine),
        '29990101000000_seed_table',
      ]);
      expect(await rows(url, 'SELECT process FROM seeded')).toHaveLength(1);
      const history = await rows(url, 'SELECT migration_name, applied_steps_count FROM _prisma_migrations');
      expect(history).toHaveLength(ourMigrations(engine).length + 1);
      expect((await migrationStatus({ url }, folder)).ready).toBe(true);
    },
  );

  test(
    'a process waits for the one that works, and takes over when that one is killed',
    { timeout: 60_000 },
    async () => {
      const url = await fixture.databaseUrl();
      const { folder } = new MigrationScratch(engine).migration(
        '1_a',
        `CREATE TABLE a (id INT PRIMARY KEY);\nCREATE TABLE b (id INT PRIMARY KEY);\n${SEED_TABLE};`,
      );
      const killed = new MigratingProcess({ url, folder, holdAt: '1 done', expiryMs: 3000 });
      await expect.poll(() => killed.output, { timeout: 20_000 }).toContain('1 done');
      // It waits as long as the other one lives and says so, which its heartbeats do.
      const next = new MigratingProcess({ url, folder, seeds: true });
      await expect
        .poll(() => next.log, { timeout: 20_000 })
        .toMatch(/Waiting for another process to migrate the database: .*process \d+/);
      const begun = performance.now();
      killed.kill();
      expect((await killed.end()).signal).toBe('SIGKILL');
      const remaining = await lockRemainingMs(url);
      const { result } = await next.end();
      expect(result).toMatchObject({ applied: ['1_a'], seeded: true });
      // Not before the heartbeats of the killed one had expired.
      expect(performance.now() - begun).toBeGreaterThanOrEqual(remaining);
    },
  );

  test('a process gives up after its time, naming the holder and what to do', async () => {
    const url = await fixture.databaseUrl();
    const scratch = new MigrationScratch(engine).migration('1_a', 'CREATE TABLE a (id INT PRIMARY KEY)');
    const options = { database: { url }, folder: scratch.folder, logger: keepingLogger() };
    const other = migrate({
      ...options,
      seed: {
        name: 'slow',
        run: async () => {
          await expect(
            migrate({
              ...options,
              seed: { name: 'other', run: () => Promise.resolve() },
              lock: { heartbeatMs: 1000, expiryMs: 5000, waitMs: 200 },
            }),
          ).rejects.toMatchObject({
            code: 'LOCKED',
            message: expect.stringMatching(/process \d+\) .*200 ms[^]*expires within 5000 ms/),
          });
        },
      },
    });
    expect((await other).seeded).toBe(true);
  });

  test(
    'a process that stood still past its expiry changes nothing any more',
    { timeout: 60_000 },
    async () => {
      const url = await fixture.databaseUrl();
      const { folder } = new MigrationScratch(engine).migration(
        '1_a',
        'CREATE TABLE a (id INT PRIMARY KEY);\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);',
      );
      const still = new MigratingProcess({ url, folder, signalAt: 'SIGSTOP 1 done' });
      await expect.poll(() => still.output, { timeout: 20_000 }).toContain('1 done');
      const { result } = await new MigratingProcess({ url, folder }).end();
      expect(result).toMatchObject({ applied: ['1_a'] });
      still.resume();
      expect((await still.end()).result).toMatchObject({
        error: expect.stringContaining('took the migration lock over'),
      });
      expect(await rows(url, 'SELECT id FROM a')).toHaveLength(2);
      expect((await migrationStatus({ url }, folder)).unfinished).toEqual([]);
    },
  );
});
