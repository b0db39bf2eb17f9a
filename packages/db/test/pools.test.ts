import { describeOnEachEngine, startMariaDb, type PrivateMariaDb } from '@slimy/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { tablesOf } from '../src/client/of.ts';
import { column, migrate, openDatabase, type Database } from '../src/index.ts';
import { storedPerson, useDatabase } from './support/database.ts';
import { errorOf } from './support/errors.ts';

const silent = { info: () => {}, warn: () => {} };

/** A counter of the whole server. */
async function status(database: Database, name: string): Promise<number> {
  const row = await database.sql.one(`SHOW GLOBAL STATUS LIKE '${name}'`, [], { Value: column.int });
  return row?.Value ?? 0;
}

describe('connections to a server', () => {
  let database: Database;
  const server = startMariaDb();
  beforeAll(async () => {
    const url = await (await server).createDatabase();
    await migrate({ database: { url }, logger: silent });
    database = await openDatabase({ url, poolSize: 4 });
  });
  afterAll(async () => {
    await database.close();
    await (await server).kill();
  });

  it('are never more than the one setting says, however much is asked at once', async () => {
    const { id } = await storedPerson(database);
    await Promise.all([
      ...Array.from({ length: 60 }, () => tablesOf(database).user.findUnique({ where: { id } })),
      ...Array.from({ length: 60 }, () => database.sql.query('SELECT id FROM users WHERE id = ?', [id], {})),
      ...Array.from({ length: 20 }, () => database.transaction((tx) => tablesOf(tx).user.count())),
      ...Array.from({ length: 20 }, () =>
        database.sql.tx((sql) => sql.execute('DELETE FROM rooms WHERE name = ?', ['x'])),
      ),
    ]);
    const row = await database.sql.one(
      'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = ?',
      [(await server).user],
      { n: column.int },
    );
    expect(row?.n).toBeGreaterThan(1);
    expect(row?.n).toBeLessThanOrEqual(4);
  });

  it.each(['direct SQL', 'the tables'] as const)(
    'prepare a statement once, not at each of 1,000 calls of %s',
    async (access) => {
      const { id } = await storedPerson(database);
      const call = () =>
        access === 'direct SQL'
          ? database.sql.one('SELECT username FROM users WHERE id = ?', [id], { username: column.text })
          : tablesOf(database).user.findUnique({ where: { id } });
      // Each connection prepares it for itself.
      await Promise.all(Array.from({ length: 40 }, call));
      const before = await status(database, 'Com_stmt_prepare');
      for (let index = 0; index < 1_000; index += 1) await call();
      const prepared = (await status(database, 'Com_stmt_prepare')) - before;
      expect(prepared).toBeLessThanOrEqual(4);
    },
  );

  it('that end within a transaction fail each statement after it in the same words', async () => {
    const kinds: string[] = [];
    const end = database.sql.tx(async (sql) => {
      const self = await sql.one('SELECT CONNECTION_ID() AS id', [], { id: column.int });
      await sql.execute(`KILL CONNECTION ${self?.id}`).catch(() => undefined);
      for (const parameters of [[], [1]]) {
        const statement = parameters.length > 0 ? 'SELECT ? AS n' : 'SELECT 1 AS n';
        kinds.push((await errorOf(sql.query(statement, parameters, {}))).kind);
      }
      await sql.query('SELECT 1', [], {});
    });
    expect((await errorOf(end)).kind).toBe('unavailable');
    expect(kinds).toEqual(['unavailable', 'unavailable']);
    expect(await database.health()).toBeGreaterThan(0);
  });

  it('that were killed are replaced, and an outage is told and survived', async () => {
    const { id } = await storedPerson(database);
    const read = () => tablesOf(database).user.findUnique({ where: { id }, select: { id: true } });
    const directly = () => database.sql.one('SELECT id FROM users WHERE id = ?', [id], { id: column.text });
    expect(await read()).toEqual({ id });
    await (await server).kill();
    for (const call of [read, directly, () => database.health()]) {
      const start = performance.now();
      const error = await errorOf(call());
      expect(error.kind).toBe('unavailable');
      expect(performance.now() - start).toBeLessThan(5_000);
    }
    await (await server).restart();
    await expect
      .poll(() => Promise.all([read(), directly()]).catch(() => null), { timeout: 20_000 })
      .toEqual([{ id }, { id }]);
  });
});

/** Waits until a server that was told to stop has: it takes a moment. */
async function silence(database: Database): Promise<void> {
  await expect.poll(() => database.health().catch(() => null), { interval: 0 }).toBeNull();
}

/** Holds so many connections in transactions, until `release`. */
async function hold(database: Database, count: number): Promise<{ release: () => Promise<unknown> }> {
  let letGo = (): void => {};
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const ended: Promise<void>[] = [];
  for (let held = 0; held < count; held += 1) {
    await new Promise<void>((resolve, reject) => {
      const transaction = database.sql.tx(async (sql) => {
        await sql.query('SELECT 1', [], {});
        resolve();
        await released;
      });
      transaction.catch(reject);
      ended.push(transaction);
    });
  }
  return {
    release() {
      letGo();
      return Promise.all(ended);
    },
  };
}

describe('connections that are all busy', () => {
  const warned: string[] = [];
  let server: PrivateMariaDb;
  let database: Database;
  let id: string;
  beforeAll(async () => {
    server = await startMariaDb();
    const url = await server.createDatabase();
    await migrate({ database: { url }, logger: silent });
    const logger = { warn: (_fields: object, message: string) => void warned.push(message) };
    database = await openDatabase({ url, poolSize: 2, logger });
    ({ id } = await storedPerson(database));
  });
  afterAll(async () => {
    await database.close();
    await server.kill();
  });
  const read = () => tablesOf(database).user.findUnique({ where: { id }, select: { id: true } });
  const directly = () => database.sql.one('SELECT id FROM users WHERE id = ?', [id], { id: column.text });
  const calls = [
    read,
    directly,
    () => database.transaction((tx) => tablesOf(tx).user.count()),
    () => database.sql.tx((sql) => sql.execute('DELETE FROM rooms WHERE name = ?', ['x'])),
  ];

  it('refuse every call in time and say why, which says nothing of the server', async () => {
    const { release } = await hold(database, 2);
    const start = performance.now();
    const failing = calls.map((call) => errorOf(call()));
    expect(await database.health()).toBeGreaterThan(0);
    const errors = await Promise.all(failing);
    expect(performance.now() - start).toBeLessThan(15_000);
    for (const error of errors) {
      expect(error).toMatchObject({ kind: 'timeout', passing: true });
      expect(error.message).toMatch(/^All 2 connections of this process are busy: .*DATABASE_POOL_SIZE/);
    }
    expect(warned.filter((message) => message.includes('are busy'))).toHaveLength(1);
    expect(database.contact.away).toBe(false);
    // One that waits when a connection becomes free gets it.
    const waiting = calls.map((call) => call());
    await release();
    expect(await Promise.all(waiting)).toEqual([{ id }, { id }, 1, 0]);
    expect(await Promise.all([...Array.from({ length: 20 }, read), directly()])).toHaveLength(21);
  });

  it('do not hide that the server is gone', async () => {
    const held = await hold(database, 2);
    server.suspend();
    await silence(database);
    expect(await errorOf(database.health())).toMatchObject({ kind: 'unavailable' });
    expect(database.contact.away).toBe(true);
    expect((await errorOf(read())).message).toMatch(/gives no answer/);
    server.resume();
    await held.release();
    expect(await read()).toEqual({ id });
    expect(database.contact.away).toBe(false);
  });

  it('are counted right after connections were lost', async () => {
    for (let round = 0; round < 3; round += 1) {
      const lost = database.sql.tx(async (sql) => {
        const self = await sql.one('SELECT CONNECTION_ID() AS id', [], { id: column.int });
        await sql.execute(`KILL CONNECTION ${self?.id}`);
      });
      expect((await errorOf(lost)).kind).toBe('unavailable');
    }
    const held = await hold(database, 2);
    await held.release();
  });
});

describe('a server that is frozen', () => {
  it('counts as away within seconds, ends every call, and is used again when it goes on', async () => {
    const server = await startMariaDb();
    const url = await server.createDatabase();
    await migrate({ database: { url }, logger: silent });
    const database = await openDatabase({ url, statementTimeoutMs: 1_000 });
    const { id } = await storedPerson(database);
    const calls = [
      () => tablesOf(database).user.count(),
      () => database.sql.execute('DELETE FROM rooms WHERE name = ?', ['x']),
      () => database.sql.tx((sql) => sql.execute('DELETE FROM rooms WHERE name = ?', ['x'])),
      () => database.transaction((tx) => tablesOf(tx).user.count()),
      () => database.health(),
    ];
    for (const call of calls) await call();
    server.suspend();
    await silence(database);
    const start = performance.now();
    const errors = await Promise.all(calls.map((call) => errorOf(call())));
    expect(performance.now() - start).toBeLessThan(15_000);
    expect(errors.every(({ passing }) => passing)).toBe(true);
    expect(errors.at(-1)?.kind).toBe('unavailable');
    server.resume();
    const read = () => tablesOf(database).user.findUnique({ where: { id }, select: { id: true } });
    await expect.poll(() => read().catch(() => null), { timeout: 20_000 }).toEqual({ id });
    await expect.poll(() => database.sql.health().catch(() => 0), { timeout: 20_000 }).toBeGreaterThan(0);
    await database.close();
    await server.kill();
  });
});

describe('a transaction that the server rolled back', () => {
  it('does not go on outside of any transaction when the work swallows the error', async () => {
    const url = new URL(inject('mariadbUrl') ?? '');
    url.pathname = '/mysql';
    const scratch = await openDatabase({ url: url.href });
    await scratch.sql.execute('CREATE DATABASE swallowed');
    await scratch.close();
    url.pathname = '/swallowed';
    await migrate({ database: { url: url.href }, logger: silent });
    const database = await openDatabase({ url: url.href });
    try {
      const [a, b] = [await storedPerson(database), await storedPerson(database)];
      let runs = 0;
      const rename = (first: string, second: string) =>
        database.transaction(async (tx) => {
          runs += 1;
          await tx.sql.execute('UPDATE users SET username = ? WHERE id = ?', ['half', first]);
          await tx.sql.execute('UPDATE users SET username = ? WHERE id = ?', ['half', second]).catch(() => 0);
          await tx.sql.execute('UPDATE users SET username = ? WHERE id = ?', ['whole', first]).catch(() => 0);
          await tx.sql
            .execute('UPDATE users SET username = ? WHERE id = ?', ['whole', second])
            .catch(() => 0);
        });
      for (let round = 0; round < 10; round += 1) await Promise.all([rename(a.id, b.id), rename(b.id, a.id)]);
      expect(runs).toBeGreaterThan(20);
      const rows = await tablesOf(database).user.findMany({ select: { username: true } });
      expect(rows).toEqual([{ username: 'whole' }, { username: 'whole' }]);
    } finally {
      await database.close();
    }
  });
});

describeOnEachEngine('the log of slow statements', (fixture) => {
  const logged: { text: string; ms: number }[] = [];
  const logger = {
    warn: (fields: Readonly<Record<string, unknown>>) => {
      logged.push({ text: JSON.stringify(fields), ms: Number(fields['ms']) });
    },
  };
  const database = useDatabase(fixture, { slowQueryMs: 0, logger });

  it('names the statement and its time, through both ways, and shows no value', async () => {
    const { id, discordId } = await storedPerson(database(), { username: 'the-secret-name' });
    await database().sql.execute('UPDATE users SET username = ? WHERE discord_id = ?', [
      'the-secret-name',
      discordId,
    ]);
    await database().transaction((tx) =>
      tablesOf(tx).user.findMany({ where: { username: 'the-secret-name', id } }),
    );
    const texts = logged.map(({ text }) => text).join('\n');
    expect(texts).toMatch(/INSERT INTO/i);
    expect(texts).toMatch(/UPDATE users SET username = \?/);
    expect(texts).toMatch(/SELECT/i);
    expect(texts).not.toContain('the-secret-name');
    expect(texts).not.toContain(discordId);
    expect(logged.every(({ ms }) => ms >= 0)).toBe(true);
  });
});
