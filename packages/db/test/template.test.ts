import { describeOnEachEngine } from '@slimy/testing';
import { expect, test } from 'vitest';
import { checkDatabase, migrate } from '../src/index.ts';
import { keepingLogger, rows, run } from './migrate/scratch.ts';
import { migrated } from './support/database.ts';

const definitions = {
  sqlite: "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name",
  mariadb:
    'SELECT trigger_name, event_manipulation, event_object_table, action_timing, action_statement, sql_mode FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY trigger_name',
} as const;

// Every suite that does not test migrating works on such a copy.
describeOnEachEngine('a copy of a migrated database', (fixture) => {
  test('is what migrating makes, down to keys, triggers and history', async () => {
    const [copy, original] = [await fixture.databaseUrl(migrated), await fixture.databaseUrl()];
    await migrate({ database: { url: original }, logger: keepingLogger() });
    expect(await checkDatabase({ url: copy })).toEqual(await checkDatabase({ url: original }));
    const definition = definitions[fixture.engine];
    expect(await rows(copy, definition)).toEqual(await rows(original, definition));
    for (const table of ['_prisma_migrations', '_slimy_migration_steps', '_slimy_migration_runs']) {
      const count = `SELECT COUNT(*) AS n FROM ${table}`;
      expect(await rows(copy, count), table).toEqual(await rows(original, count));
    }
    const again = await migrate({ database: { url: copy }, logger: keepingLogger() });
    expect(again).toEqual({ applied: [], scripts: [], seeded: false, edited: [] });
  });

  test('has rows of its own', async () => {
    const [one, other] = [await fixture.databaseUrl(migrated), await fixture.databaseUrl(migrated)];
    await run(one, "INSERT INTO _slimy_migration_runs VALUES ('script', 'mine', 'x', '2026-01-01 00:00:00')");
    const mine = "SELECT name FROM _slimy_migration_runs WHERE name = 'mine'";
    expect(await rows(one, mine)).toHaveLength(1);
    expect(await rows(other, mine)).toEqual([]);
    expect(await rows(await fixture.databaseUrl(migrated), mine)).toEqual([]);
  });
});
