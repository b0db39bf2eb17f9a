import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { openDatabase } from '@slimy/db';
import { describeOnBothSetups } from '@slimy/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  end,
  installation,
  slimy,
  slimyJson,
  startServer,
  startWorker,
  type Environment,
} from './programs.ts';

describe('the command line', () => {
  test('says how it is used, and ends with 2 when it was not understood', async () => {
    const environment = { PATH: process.env['PATH'] ?? '' };
    const help = await slimy(environment, '--help');
    expect(help.code).toBe(0);
    for (const name of ['doctor', 'migrate', 'worker', 'audit', 'cache']) expect(help.output).toContain(name);
    expect((await slimy(environment, 'cache', 'explain')).code).toBe(2);
  });

  test('tells every wrong setting, and ends with 1', async () => {
    const ended = await slimy({ PATH: process.env['PATH'] ?? '', PORT: 'x', SLOW_QUERY_MS: '0' }, 'doctor');
    expect(ended).toMatchObject({ code: 1, output: '' });
    expect(ended.errors).toMatch(/PORT.*\n.*SLOW_QUERY_MS/);
  });
});

describeOnBothSetups('slimy', (fixture) => {
  let environment: Environment;
  let server: ChildProcess | undefined;
  beforeAll(async () => {
    environment = await installation(fixture);
  });
  afterAll(async () => {
    if (server) await end(server);
  });

  test('doctor names what is missing and the remedy, migrate puts it right', async () => {
    const before = await slimy(environment, 'doctor');
    expect(before.code).toBe(1);
    expect(before.output).toMatch(/FAIL migrations: Not applied: .*_init[^]*Run "pnpm slimy migrate"/);
    expect((await slimy(environment, 'audit', 'verify')).errors).toContain('Run "pnpm slimy migrate" first.');
    expect((await slimy(environment, 'migrate')).output).toMatch(/^Ran .*_init/);
    expect(await slimyJson(environment, 'doctor')).toMatchObject({ healthy: true });
    const behind = await slimy({ ...environment, PUBLIC_URL: 'https://slimy.example' }, 'doctor');
    expect(behind.output).toMatch(/WARN proxy: .*TRUST_PROXY is 0[^]*Set TRUST_PROXY to/);
  });

  test('a worker works without a server', async () => {
    const worker = await startWorker(environment);
    expect(await end(worker)).toBe(0);
  });

  test('commands work by themselves while no server runs, and through it while one does', async () => {
    expect(await slimyJson(environment, 'audit', 'verify')).toMatchObject({ intact: true, findings: [] });
    server = (await startServer(environment)).process;
    const verified = await slimy(environment, 'audit', 'verify');
    expect(verified).toMatchObject({ code: 0, errors: '' });
    expect(verified.output).toContain('The audit trail is whole');
    const key = 'guild:11000000000000001:detail';
    expect(await slimyJson(environment, 'cache', 'explain', key)).toMatchObject({ key, served: false });
    expect(await slimyJson(environment, 'cache', 'invalidate', '--pattern', 'guild:*')).toEqual({
      outcome: 'confirmed',
    });
    expect((await slimy(environment, 'cache', 'invalidate', '--pattern', '*x')).code).toBe(1);
    const scan = (...words: string[]) => slimyJson(environment, 'cache', 'scan', ...words);
    expect(await scan('*:nobody')).toEqual({ keys: [], complete: true, outcome: null });
    expect(await scan('*:nobody', '--invalidate')).toMatchObject({ outcome: 'confirmed' });
  });

  test('migrate beside a server that migrated at its start finds nothing to do', async () => {
    expect(await slimy(environment, 'migrate')).toEqual({
      code: 0,
      output: 'The database is up to date.\n',
      errors: '',
    });
    expect(await slimyJson(environment, 'migrate')).toEqual({ ran: [] });
  });

  test('a worker beside a server works with it, or says that the server does the jobs of the embedded file', async () => {
    if (fixture.engine !== 'sqlite') {
      expect(await end(await startWorker(environment))).toBe(0);
      return;
    }
    const ended = await slimy(environment, 'worker');
    expect(ended).toMatchObject({ code: 1, output: '' });
    expect(ended.errors).toMatch(/does the jobs of the embedded database itself.*\n.*JOBS=inline/);
  });

  test('what is left to do in a database is done by migrate; beside the owner of a file it is named', async () => {
    const url = environment['DATABASE_URL'] ?? `file:${join(environment['DATA_DIR'] ?? '', 'slimy.db')}`;
    const database = await openDatabase({ url, poolSize: 1 });
    await database.sql.execute("DELETE FROM _slimy_migration_runs WHERE kind = 'script'");
    await database.sql.execute('DROP TRIGGER audit_logs_refuse_delete');
    await database.close();
    if (fixture.engine === 'sqlite') {
      const left = await slimy(environment, 'migrate');
      expect(left).toMatchObject({ code: 1, output: '' });
      expect(left.errors).toContain('audit-guard.sql is not applied');
      expect(left.errors).toContain('audit_logs_refuse_delete is missing');
      expect(left.errors).toMatch(/in use by process \d+[^]*\nA server that is just starting migrates/);
      expect(await slimyJson(environment, 'migrate')).toMatchObject({ failed: true });
      if (server) await end(server);
      server = undefined;
    }
    expect((await slimy(environment, 'migrate')).output).toMatch(/^Ran .*audit-guard\.sql/);
    expect(await slimyJson(environment, 'doctor')).toMatchObject({ healthy: true });
  });
});
