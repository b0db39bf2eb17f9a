import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeOnEachEngine } from '@slimy/testing';
import { expect, test } from 'vitest';
import { checkDatabase, migrationStatus } from '../../src/index.ts';
import { prismaFolder } from '../../src/migrate/prisma-folder.ts';
import { splitStatements } from '../../src/migrate/sql-statements.ts';
import { MigratingProcess } from './migrating-process.ts';
import { MigrationScratch, ourMigrations, rows, type EngineFolder } from './scratch.ts';

/** The short run kills our first migration at every eighth statement, the long run at each. */
const long = process.env['SLIMY_TEST_LONG'] === '1';
const STRIDE = long ? 1 : 8;
/** Each turn kills at every statement, at another moment of it. */
const TURNS = long ? [0, 1, 2] : [0, 1];
/** Only one process at a time migrates here, so nobody is taken for dead by mistake. */
const EXPIRY_MS = 100;
const PHASES = ['started', 'executed', 'done'];

/** A migration with a statement of every kind; none of those on definitions may run twice. */
const EVERY_KIND: Record<EngineFolder, string> = {
  mysql: `
    SET @first = 7;
    CREATE TABLE parent (id INT PRIMARY KEY, n INT NOT NULL) ENGINE = InnoDB;
    CREATE TABLE child (id INT PRIMARY KEY AUTO_INCREMENT, parent_id INT NOT NULL) ENGINE = InnoDB;
    INSERT INTO parent VALUES (1, @first);
    INSERT INTO child (parent_id) VALUES (1);
    UPDATE parent SET n = n + 1;
    ALTER TABLE parent ADD COLUMN name VARCHAR(20) NOT NULL DEFAULT 'x;y';
    CREATE UNIQUE INDEX parent_name ON parent (name);
    ALTER TABLE child ADD CONSTRAINT child_parent FOREIGN KEY (parent_id) REFERENCES parent (id);
    CREATE TRIGGER parent_guard BEFORE DELETE ON parent FOR EACH ROW
    BEGIN
      IF OLD.id = 1 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'kept; always'; END IF;
    END;
    RENAME TABLE child TO offspring;
    CREATE VIEW names AS SELECT name FROM parent;
    DROP INDEX parent_name ON parent;
    UPDATE parent SET n = n + 1;
    DROP VIEW names;`,
  sqlite: `
    PRAGMA foreign_keys = OFF;
    CREATE TABLE parent (id INTEGER PRIMARY KEY, n INTEGER NOT NULL);
    CREATE TABLE child (id INTEGER PRIMARY KEY AUTOINCREMENT, parent_id INTEGER NOT NULL REFERENCES parent (id));
    INSERT INTO parent VALUES (1, 7);
    INSERT INTO child (parent_id) VALUES (1);
    UPDATE parent SET n = n + 1;
    ALTER TABLE parent ADD COLUMN name TEXT NOT NULL DEFAULT 'x;y';
    CREATE UNIQUE INDEX parent_name ON parent (name);
    CREATE TABLE new_parent (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, name TEXT NOT NULL);
    INSERT INTO new_parent SELECT id, n, name FROM parent;
    DROP TABLE parent;
    ALTER TABLE new_parent RENAME TO parent;
    CREATE TRIGGER parent_guard BEFORE DELETE ON parent FOR EACH ROW WHEN OLD.id = 1
    BEGIN
      SELECT RAISE(ABORT, 'kept; always');
    END;
    ALTER TABLE child RENAME TO offspring;
    UPDATE parent SET n = n + 1;
    PRAGMA foreign_keys = ON;`,
};

describeOnEachEngine('a migration whose process is killed', (fixture) => {
  const engine = fixture.engine === 'mariadb' ? 'mysql' : 'sqlite';

  /**
   * Starts one process after the other. Each goes on where the one before was killed, and is itself killed some
   * statements further: before it runs, after it ran and before that was noted, or after that, in turn.
   */
  async function killAtStatements(
    { url, folder }: { url: string; folder: string },
    steps: number,
    turn: number,
    stride: number,
  ): Promise<void> {
    for (let step = 1; step <= steps; step += stride) {
      const phase = PHASES[(step + turn) % PHASES.length] ?? 'done';
      const process = new MigratingProcess({
        url,
        folder,
        signalAt: `SIGKILL ${step} ${phase}`,
        expiryMs: EXPIRY_MS,
      });
      const { signal, result } = await process.end();
      expect({ step, phase, signal, result }).toEqual({ step, phase, signal: 'SIGKILL', result: null });
    }
  }

  test.concurrent.each(TURNS)(
    'is completed by the next start, with every kind of statement, killed at each in turn (%i)',
    { timeout: 120_000 },
    async (turn) => {
      const url = await fixture.databaseUrl();
      const sql = EVERY_KIND[engine];
      const scratch = new MigrationScratch(engine).migration('1_every_kind', sql);
      const steps = splitStatements(engine, sql).length;
      await killAtStatements({ url, folder: scratch.folder }, steps, turn, 1);
      const { result } = await new MigratingProcess({ url, folder: scratch.folder }).end();
      expect(result).toMatchObject({ applied: ['1_every_kind'] });
      expect(await migrationStatus({ url }, scratch.folder)).toMatchObject({ ready: true, unfinished: [] });
      // Each change of rows happened once, although the process died around it.
      const [parent] = await rows(url, 'SELECT n, name FROM parent');
      expect([Number(parent?.['n']), parent?.['name']]).toEqual([9, 'x;y']);
      expect(await rows(url, 'SELECT id FROM offspring')).toHaveLength(1);
      await expect(rows(url, 'DELETE FROM parent')).rejects.toThrow('kept; always');
      expect(await rows(url, 'SELECT id FROM _prisma_migrations')).toHaveLength(1);
    },
  );

  test(
    'is completed by the next start, at statements of our first migration',
    { timeout: 180_000 },
    async () => {
      const url = await fixture.databaseUrl();
      const [first = ''] = ourMigrations(engine);
      const sql = readFileSync(join(prismaFolder, 'migrations', engine, first, 'migration.sql'), 'utf8');
      await killAtStatements({ url, folder: prismaFolder }, splitStatements(engine, sql).length, 0, STRIDE);
      const { result } = await new MigratingProcess({ url, folder: prismaFolder }).end();
      expect(result).toMatchObject({ applied: ourMigrations(engine) });
      expect(await checkDatabase({ url })).toMatchObject({ drift: [], migrations: { ready: true } });
    },
  );
});
