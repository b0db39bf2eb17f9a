import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@slimy/db';
import { describeOnEachEngine, temporaryFolder, type DatabaseTemplate } from '@slimy/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { demo } from './support/open-server.ts';
import { endPrograms, startProgram, type Environment } from './support/program.ts';

const program = fileURLToPath(new URL('../dist/bundle/database.js', import.meta.url));

function run(environment: Environment, ...words: string[]): Promise<{ code: number; output: string }> {
  const env = { PATH: process.env['PATH'], ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...words], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, output: `${stdout}${stderr}` });
    });
  });
}

describeOnEachEngine('The database commands', (fixture) => {
  afterEach(endPrograms);
  const environmentWith = async (template?: DatabaseTemplate): Promise<Environment> => ({
    DATABASE_URL: await fixture.databaseUrl(template),
    DATA_DIR: temporaryFolder('database'),
  });

  it('name what is missing, migrate once, seed, and then find nothing wrong', async () => {
    const environment = await environmentWith();
    const before = await run(environment, 'check');
    expect(before.code).toBe(1);
    expect(before.output).toMatch(/is not applied|there is no (?:database|such file)|does not exist/);
    const first = await run(environment, 'migrate');
    expect(first).toMatchObject({ code: 0, output: expect.stringContaining('20261122000000_init') });
    const seeded = await run(environment, 'seed');
    expect(seeded.code).toBe(0);
    expect(seeded.output).toMatch(/^The database is up to date.\nThe demo community is there./);
    expect(await run(environment, 'check')).toEqual({
      code: 0,
      output: 'The database is as it should be.\n',
    });
  });

  it('name a trigger that is gone or does something else, and put it back', async () => {
    const environment = await environmentWith(demo);
    const database = await openDatabase({ url: environment['DATABASE_URL'] ?? '', poolSize: 1 });
    await database.sql.execute('DROP TRIGGER audit_logs_refuse_delete');
    await database.sql.execute('DROP TRIGGER audit_logs_refuse_update');
    const body = database.engine === 'mysql' ? 'SET @quiet = 1' : 'BEGIN SELECT 1; END';
    await database.sql.execute(
      `CREATE TRIGGER audit_logs_refuse_update BEFORE UPDATE ON audit_logs FOR EACH ROW ${body}`,
    );
    await database.close();
    const before = await run(environment, 'check');
    expect(before.code).toBe(1);
    expect(before.output).toContain('trigger audit_logs_refuse_delete is missing\n');
    expect(before.output).toContain('trigger audit_logs_refuse_update: body is ');
    expect(await run(environment, 'migrate')).toMatchObject({
      code: 0,
      output: expect.stringContaining('audit-guard.sql'),
    });
    expect((await run(environment, 'check')).code).toBe(0);
  });

  it('leave an embedded database alone while a server owns it, and look at it all the same', async () => {
    const environment = await environmentWith(demo);
    const server = await startProgram(environment);
    const migrated = await run(environment, 'migrate');
    if (fixture.engine === 'sqlite') {
      expect(migrated).toMatchObject({
        code: 1,
        output: expect.stringContaining(`process ${server.process.pid}`),
      });
    } else expect(migrated.code).toBe(0);
    expect((await run(environment, 'check')).code).toBe(0);
  });
});

describe('A database command that there is not', () => {
  it('is told which there are', async () => {
    const answer = await run({ DATA_DIR: temporaryFolder('database') }, 'drop');
    expect(answer).toEqual({ code: 1, output: expect.stringContaining('migrate, seed, check') });
  });
});
