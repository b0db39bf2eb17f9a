import { startMariaDb } from '@slimy/testing';
import { describe, expect, inject, test } from 'vitest';
import { checkDatabase, migrate, migrationStatus } from '../../src/index.ts';
import { connect } from '../../src/migrate/connect.ts';
import { MigrationScratch, keepingLogger, rows, run } from './scratch.ts';

const root = inject('mariadbUrl') ?? '';
let accounts = 0;

/** An account of its own with these rights on a database of its own, which is created only when asked for. */
async function account(
  rights: string,
  create: boolean,
): Promise<{ url: string; asRoot: string; name: string }> {
  accounts += 1;
  const name = `account_${process.pid}_${accounts}`;
  const rootUrl = new URL(root);
  rootUrl.pathname = '/mysql';
  await run(
    rootUrl.href,
    `CREATE USER ${name}@'127.0.0.1' IDENTIFIED BY 'pass'`,
    ...(rights === '' ? [] : [`GRANT ${rights} ON ${name}.* TO ${name}@'127.0.0.1'`]),
    ...(create ? [`CREATE DATABASE ${name}`] : []),
  );
  const url = new URL(root);
  url.username = name;
  url.password = 'pass';
  url.pathname = `/${name}`;
  const asRoot = new URL(root);
  asRoot.pathname = `/${name}`;
  return { url: url.href, asRoot: asRoot.href, name };
}

describe('accounts of a MariaDB', () => {
  test('a missing database is created, for four-byte characters', async () => {
    const { url, name } = await account('ALL', false);
    const scratch = new MigrationScratch('mysql').migration('1_a', 'CREATE TABLE a (id INT PRIMARY KEY)');
    await expect(migrationStatus({ url }, scratch.folder)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining(`there is no database "${name}"`),
    });
    await migrate({ database: { url }, folder: scratch.folder, logger: keepingLogger() });
    const [schema] = await rows(
      url,
      'SELECT DEFAULT_COLLATION_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()',
    );
    expect(schema?.['name']).toBe('utf8mb4_unicode_ci');
  });

  test('one that may not create it is told what an administrator must do', async () => {
    const { url, name } = await account('', false);
    await expect(migrate({ database: { url }, logger: keepingLogger() })).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(new RegExp(`CREATE DATABASE IF NOT EXISTS \`${name}\`.*GRANT ALL`)),
    });
  });

  test('one that may not create triggers is warned; the program works without its guards', async () => {
    const { url, asRoot } = await account(
      'SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES',
      true,
    );
    const logger = keepingLogger();
    await migrate({ database: { url }, logger });
    expect(logger.warnings.join('\n')).toMatch(
      /audit-guard\.sql.*may not create triggers.*DATABASE_MIGRATE_URL/,
    );
    const found = await checkDatabase({ url });
    expect(found).toMatchObject({ drift: [], migrations: { ready: true } });
    expect(found.triggers).toContain('trigger audit_logs_refuse_delete is missing');
    const guards = 'SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()';
    expect(await rows(asRoot, guards)).toHaveLength(0);
    await migrate({ database: { url: asRoot }, logger: keepingLogger(), mendTriggers: true });
    expect(await rows(asRoot, guards)).toHaveLength(4);
  });

  test('one that may only read and write rows starts on a database that is migrated', async () => {
    const { url, asRoot } = await account('SELECT, INSERT, UPDATE, DELETE', true);
    await expect(migrate({ database: { url }, logger: keepingLogger() })).rejects.toThrow(/denied/);
    await migrate({ database: { url: asRoot }, logger: keepingLogger() });
    expect((await migrate({ database: { url }, logger: keepingLogger() })).applied).toEqual([]);
  });

  test('one that a binary log keeps from triggers (error 1419) is warned too; over TLS', async () => {
    const server = await startMariaDb({ tls: true, args: ['--log-bin=binlog'] });
    const url = new URL(await server.createDatabase());
    const tls = { tls: 'verify', caFile: server.caFile } as const;
    const admin = await connect({ url: url.href, ...tls }, false);
    await admin.execute("CREATE USER limited@'127.0.0.1' IDENTIFIED BY 'pass'");
    await admin.execute(`GRANT ALL ON ${url.pathname.slice(1)}.* TO limited@'127.0.0.1'`);
    await admin.close();
    url.username = 'limited';
    url.password = 'pass';
    const logger = keepingLogger();
    await expect(migrate({ database: { url: url.href }, logger })).rejects.toMatchObject({
      kind: 'unavailable',
    });
    await migrate({ database: { url: url.href, ...tls }, logger });
    expect(logger.warnings.join('\n')).toMatch(/audit-guard\.sql.*may not create triggers.*SUPER/);
    expect((await migrationStatus({ url: url.href, ...tls })).ready).toBe(true);
    await server.kill();
  });
});
